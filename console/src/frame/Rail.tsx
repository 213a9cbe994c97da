import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me';
import { classes } from '../parts/classes';
import { Icon } from '../parts/Icon';
import { OrganizationSwitch } from './OrganizationSwitch';
import { PersonMenu } from './PersonMenu';
import { ITEM, WORD } from './rail-classes';
import { screensOf } from './screens';

/** The screens at the left: words from 1,024 px on, icons below, and a bar at the bottom of a telephone, which has room for all. */
export function Rail({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation('frame');
  const me = useMe();
  return (
    <header className="flex min-w-0 border-line bg-raised max-sm:border-t max-sm:p-1 sm:w-14 sm:gap-2 sm:p-2 sm:flex-col sm:border-r lg:w-(--rail)">
      <OrganizationSwitch className={ITEM} />
      <button type="button" onClick={onSearch} className={ITEM}>
        <Icon name="search" />
        <span className={WORD}>{t('search')}</span>
        <kbd className="text-soft max-lg:hidden">{t('searchKey')}</kbd>
      </button>
      <nav
        aria-label={t('screens')}
        // The words that only screen readers have are kept within what scrolls.
        className="relative flex min-w-0 flex-1 max-sm:overflow-x-auto sm:flex-col sm:gap-1"
      >
        {screensOf(me).map(({ id, to, icon }) => (
          <Link
            key={id}
            to={to}
            search={{}}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className={classes(ITEM, 'max-sm:flex-1')}
            title={t(`screen.${id}`)}
          >
            <Icon name={icon} />
            <span className={WORD}>{t(`screen.${id}`)}</span>
          </Link>
        ))}
      </nav>
      <PersonMenu className={ITEM} />
    </header>
  );
}
