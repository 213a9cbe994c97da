import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { buttonClass } from '../../parts/Button';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { screensOf } from '../../frame/screens';

/** The start of somebody who may not read the audit: what they may do, and where. */
export function StartView() {
  const { t } = useTranslation('overview');
  const { t: ofFrame } = useTranslation('frame');
  const me = useMe();
  const screens = screensOf(me).filter(({ to }) => to !== '/');
  return (
    <>
      <ScreenHeader title={t('start.title', { name: me.user.name })}>
        {may(me, 'keys:write') && (
          <Link to="/keys/new" className={buttonClass('primary')}>
            {t('start.createKey')}
          </Link>
        )}
      </ScreenHeader>
      <p>{t('start.organization', { name: me.organization.name, role: ofFrame(`role.${me.user.role}`) })}</p>
      <nav aria-label={t('start.screens')} className="flex flex-wrap gap-2">
        {screens.map(({ id, to }) => (
          <Link key={id} to={to} search={{}} className={buttonClass()}>
            {ofFrame(`screen.${id}`)}
          </Link>
        ))}
        <a href="/auth/pages/account" className={buttonClass()}>
          {ofFrame('account')}
        </a>
      </nav>
      <section className="grid gap-2">
        <h2>{t('start.tools')}</h2>
        {me.tools.length === 0 ? (
          <p className="text-soft">{t('start.noTools')}</p>
        ) : (
          <ul className="grid gap-1">
            {me.tools.map((tool) => (
              <li key={tool}>
                <code className="font-mono">{tool}</code>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}
