import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../parts/Field';

/** The secret of the client. It is only ever written: the service shows it to nobody. */
export function SecretField(input: ComponentProps<'input'>) {
  const { t } = useTranslation('settings');
  return (
    <Field label={t('provider.secret')} hint={t('provider.secretHint')}>
      {(control) => (
        <input
          {...input}
          {...control}
          name="clientSecret"
          type="password"
          maxLength={500}
          autoComplete="new-password"
        />
      )}
    </Field>
  );
}

export function SignInField() {
  const { t } = useTranslation('settings');
  return (
    <Field label={t('provider.signInUrl')} hint={t('provider.signInUrlHint')}>
      {(control) => (
        <input {...control} name="signInUrl" type="url" required maxLength={500} autoComplete="off" />
      )}
    </Field>
  );
}

export function CertificatesField(input: ComponentProps<'textarea'>) {
  const { t } = useTranslation('settings');
  return (
    <Field label={t('provider.certificates')} hint={t('provider.certificatesHint')}>
      {({ className, ...control }) => (
        <textarea
          {...input}
          {...control}
          name="certificates"
          required
          rows={6}
          className={`${className} font-mono`}
          placeholder="-----BEGIN CERTIFICATE-----"
        />
      )}
    </Field>
  );
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Several certificates stand below each other as PEM; a text without such marks is one of them. */
export function certificatesIn(text: string): string[] {
  const found = text.match(PEM);
  return found ? [...found] : [text.trim()];
}
