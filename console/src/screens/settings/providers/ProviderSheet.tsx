import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AuditLink } from '../../../parts/AuditLink';
import { CopiedFact } from '../../../parts/CopiedFact';
import { ProblemState } from '../../../parts/ProblemState';
import { Sheet } from '../../../parts/Sheet';
import { Waiting } from '../../../parts/Waiting';
import { ProviderActions } from './ProviderActions';
import { ProviderFacts } from './ProviderFacts';
import { type Provider, providersQuery } from './provider-queries';

const route = getRouteApi('/settings/providers/$connectionId');

/** What does the provider need to know, does it work, and how is it ended? */
export function ProviderSheet() {
  const { t } = useTranslation('settings');
  const { connectionId } = route.useParams();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(providersQuery);
  const provider = data?.find(({ id }) => id === connectionId);
  const close = () => void navigate({ to: '/settings/providers' });
  return (
    <Sheet title={provider?.name ?? t('provider.one')} onClose={close}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : provider ? (
        <>
          <ProviderFacts provider={provider} />
          <AtProvider provider={provider} />
          <ProviderActions provider={provider} onRemoved={close} />
          <AuditLink search={{ resource: `sso_connection:${provider.id}` }} />
        </>
      ) : data ? (
        <p>{t('provider.gone')}</p>
      ) : (
        <Waiting rows={8} />
      )}
    </Sheet>
  );
}

/** What is registered at the provider. */
function AtProvider({ provider: { kind, callbackUrl, entityId } }: { provider: Provider }) {
  const { t } = useTranslation('settings');
  return (
    <section className="grid gap-2">
      <h2>{t('atProvider.title')}</h2>
      <p className="text-soft">{t(`atProvider.${kind}`)}</p>
      <dl className="grid gap-1">
        <CopiedFact name={t(`callback.${kind}`)} text={callbackUrl} />
        {entityId !== null && <CopiedFact name={t('provider.entityId')} text={entityId} />}
      </dl>
    </section>
  );
}
