import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me';
import { signOut } from '../api/sign-in';
import { chooseLanguage, type Language, LANGUAGES } from '../language/language';
import { Button, buttonClass } from '../parts/Button';
import { Choice, Field } from '../parts/Field';
import { Icon } from '../parts/Icon';
import { chooseTheme, theme, type Theme, THEMES } from '../style/theme';
import { companyLinks } from './company-links';
import { WORD } from './rail-classes';
import { RailMenu } from './RailMenu';

/** Who is signed in, how the console looks and speaks, and the way out. */
export function PersonMenu({ className }: { className: string }) {
  const { t, i18n } = useTranslation('frame');
  const { user } = useMe();
  const [look, setLook] = useState(theme);
  const chooseLook = (chosen: Theme) => {
    chooseTheme(chosen);
    setLook(chosen);
  };
  return (
    <RailMenu
      label={t('person', { name: user.name })}
      className={className}
      place="bottom-12 left-2 max-sm:right-2 max-sm:bottom-14 max-sm:left-auto"
      button={
        <>
          <Icon name="person" />
          <span className={WORD}>{user.name}</span>
        </>
      }
    >
      <p className="truncate px-1 text-soft" title={user.email}>
        {user.email}, {t(`role.${user.role}`)}
      </p>
      <Pick
        label={t('theme')}
        values={THEMES}
        value={look}
        name={(one) => t(`themes.${one}`)}
        pick={chooseLook}
      />
      <Pick
        label={t('language')}
        values={LANGUAGES}
        value={i18n.language as Language}
        name={(one) => t(`languages.${one}`)}
        pick={(chosen) => void chooseLanguage(chosen)}
      />
      <a href="/auth/pages/account" className={buttonClass()}>
        {t('account')}
      </a>
      <CompanyLinks />
      <Button onClick={() => void signOut()}>{t('signOut')}</Button>
    </RailMenu>
  );
}

/** The company's own links, of which those to other hosts are opened beside the console. */
function CompanyLinks() {
  const { t } = useTranslation('frame');
  const links = companyLinks();
  if (links.length === 0) return null;
  return (
    <nav aria-label={t('links')} className="grid border-y border-line py-1">
      {links.map(({ title, address }) => (
        <a
          key={`${title} ${address}`}
          href={address}
          rel="noopener noreferrer"
          {...(!address.startsWith('/') && { target: '_blank' })}
          className={buttonClass('bare', 'justify-start!')}
        >
          <span className="min-w-0 truncate">{title}</span>
        </a>
      ))}
    </nav>
  );
}

interface PickProps<Value extends string> {
  label: string;
  values: readonly Value[];
  value: Value;
  name: (value: Value) => string;
  pick: (value: Value) => void;
}

function Pick<Value extends string>({ label, values, value, name, pick }: PickProps<Value>) {
  return (
    <Field label={label}>
      {({ className: _own, ...control }) => (
        <Choice {...control} value={value} onChange={({ target }) => pick(target.value as Value)}>
          {values.map((one) => (
            <option key={one} value={one}>
              {name(one)}
            </option>
          ))}
        </Choice>
      )}
    </Field>
  );
}
