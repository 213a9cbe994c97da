import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/Field';
import { textIn } from '../../parts/form-text';

/** The domains of the addresses that a company has. */
export function DomainsField() {
  const { t } = useTranslation('settings');
  return (
    <Field label={t('domains')} hint={t('domainsHint')}>
      {(control) => (
        <input
          {...control}
          name="domains"
          required
          autoComplete="off"
          placeholder="example.com, example.org"
        />
      )}
    </Field>
  );
}

export const domainsIn = (form: FormData): string[] =>
  textIn(form, 'domains')
    .split(/[\s,]+/)
    .filter(Boolean);
