import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { connectsCompanies, useMe } from '../../../api/me';
import { Button } from '../../../parts/Button';
import { Choice, Field } from '../../../parts/Field';
import { textIn } from '../../../parts/form-text';
import { ProblemState } from '../../../parts/ProblemState';
import { ScreenHeader } from '../../../parts/ScreenHeader';
import { useToasts } from '../../../parts/toasts';
import { DomainsField, domainsIn } from '../DomainsField';
import { NotYours } from '../NotYours';
import { CertificatesField, certificatesIn, SecretField, SignInField } from './provider-fields';
import { type NewProvider, type Provider, useCreateProvider } from './provider-queries';

const KINDS = ['oidc', 'saml'] as const;

export function NewProviderScreen() {
  return connectsCompanies(useMe()) ? <NewProviderForm /> : <NotYours part="providers" />;
}

/** Connects the provider of a company. What the provider needs to know is shown when it is made. */
function NewProviderForm() {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const navigate = useNavigate();
  const [kind, setKind] = useState<Provider['kind']>('oidc');
  const create = useCreateProvider();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(newProviderOf(new FormData(event.currentTarget), kind), {
      onSuccess: ({ id, name }) => {
        tell(t('provider.added', { name }));
        void navigate({ to: '/settings/providers/$connectionId', params: { connectionId: id } });
      },
    });
  };
  return (
    <>
      <ScreenHeader title={t('provider.add')} />
      <form onSubmit={submit} className="grid max-w-[640px] gap-6">
        <Field label={t('fact.kind')} hint={t(`kindHint.${kind}`)}>
          {({ className: _own, ...control }) => (
            <Choice
              {...control}
              value={kind}
              onChange={({ target }) => setKind(target.value as Provider['kind'])}
            >
              {KINDS.map((one) => (
                <option key={one} value={one}>
                  {t(`kind.${one}`)}
                </option>
              ))}
            </Choice>
          )}
        </Field>
        <Field label={t('provider.name')} hint={t('provider.nameHint')}>
          {(control) => (
            <input {...control} name="name" required maxLength={100} autoComplete="off" autoFocus />
          )}
        </Field>
        <DomainsField />
        <Field label={t(`issuer.${kind}`)} hint={t(`issuerHint.${kind}`)}>
          {(control) => <input {...control} name="issuer" required maxLength={500} autoComplete="off" />}
        </Field>
        {kind === 'oidc' ? (
          <>
            <Field label={t('provider.clientId')} hint={t('provider.clientIdHint')}>
              {(control) => (
                <input {...control} name="clientId" required maxLength={500} autoComplete="off" />
              )}
            </Field>
            <SecretField />
          </>
        ) : (
          <>
            <SignInField />
            <CertificatesField />
          </>
        )}
        {create.error && <ProblemState error={create.error} />}
        <div>
          <Button type="submit" kind="primary" disabled={create.isPending}>
            {t('provider.add')}
          </Button>
        </div>
      </form>
    </>
  );
}

function newProviderOf(form: FormData, kind: Provider['kind']): NewProvider {
  const secret = textIn(form, 'clientSecret');
  return {
    kind,
    name: textIn(form, 'name'),
    domains: domainsIn(form),
    issuer: textIn(form, 'issuer'),
    ...(kind === 'oidc'
      ? { clientId: textIn(form, 'clientId'), ...(secret !== '' && { clientSecret: secret }) }
      : { signInUrl: textIn(form, 'signInUrl'), certificates: certificatesIn(textIn(form, 'certificates')) }),
  };
}
