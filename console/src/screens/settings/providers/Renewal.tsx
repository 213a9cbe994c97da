import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../../parts/Ask';
import { useToasts } from '../../../parts/toasts';
import { CertificatesField, certificatesIn, SecretField } from './provider-fields';
import { type Provider, useChangeProvider } from './provider-queries';

/** Takes what a provider has renewed: the secret of a client, or the certificates that it signs with. */
export function Renewal({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const [typed, setTyped] = useState('');
  const { id, kind, name } = provider;
  const change = useChangeProvider(id);
  const run = () =>
    change.mutate(
      kind === 'oidc' ? { clientSecret: typed.trim() } : { certificates: certificatesIn(typed) },
      {
        onSuccess: () => {
          tell(t(`renewal.${kind}.done`, { name }));
          onClose();
        },
      },
    );
  return (
    <Ask
      title={t(`renewal.${kind}.do`)}
      verb={t('renewal.save')}
      isReady={typed.trim() !== ''}
      isRunning={change.isPending}
      error={change.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t(`renewal.${kind}.text`)}</p>
      {kind === 'oidc' ? (
        <SecretField value={typed} onChange={({ target }) => setTyped(target.value)} />
      ) : (
        <CertificatesField value={typed} onChange={({ target }) => setTyped(target.value)} />
      )}
    </Ask>
  );
}
