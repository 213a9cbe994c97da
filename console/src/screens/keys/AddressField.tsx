import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/Field';

/** From where a key may be used. */
export function AddressField(input: ComponentProps<'input'>) {
  const { t } = useTranslation('keys');
  return (
    <Field label={t('form.addresses')} hint={t('form.addressesHint')}>
      {(control) => (
        <input {...control} {...input} autoComplete="off" placeholder="192.0.2.0/24, 2001:db8::/32" />
      )}
    </Field>
  );
}
