import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { AuditLink } from '../../parts/AuditLink';
import { Fact } from '../../parts/Fact';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import { Waiting } from '../../parts/Waiting';
import { clientQuery, type OAuthClient } from './client-queries';
import { ClientActions } from './ClientActions';
import { ClientStateWord } from './ClientStateWord';

const route = getRouteApi('/people/clients/$clientId');

/** What is the program, where does it lead people back to, and may it come in? */
export function ClientSheet() {
  const { t } = useTranslation('people');
  const { clientId } = route.useParams();
  const navigate = route.useNavigate();
  const me = useMe();
  const { data: client, error, refetch } = useQuery(clientQuery(clientId));
  const close = () => void navigate({ to: '/people/clients' });
  return (
    <Sheet title={client?.name ?? client?.clientId ?? t('client.one')} onClose={close}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !client ? (
        <Waiting rows={6} />
      ) : (
        <>
          <Facts client={client} />
          {may(me, 'clients:write') && <ClientActions client={client} onEnded={close} />}
          <AuditLink search={{ clientId: client.clientId }} />
        </>
      )}
    </Sheet>
  );
}

function Facts({ client }: { client: OAuthClient }) {
  const { t } = useTranslation('people');
  const { state, clientId, origin, redirectUris, grantTypes, createdAt, decidedAt, lastUsedAt } = client;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('column.state')}>
        <ClientStateWord state={state} />
      </Fact>
      <Fact name={t('fact.id')}>
        <ShortId id={clientId} />
      </Fact>
      <Fact name={t('client.origin')}>{t(`origin.${origin}`)}</Fact>
      <Fact name={t('client.redirects')}>
        {redirectUris.length === 0 ? '–' : <code className="font-mono">{redirectUris.join(' ')}</code>}
      </Fact>
      <Fact name={t('client.grantTypes')}>
        <code className="font-mono">{grantTypes.join(' ')}</code>
      </Fact>
      <Fact name={t('client.seen')}>
        <Time at={createdAt} otherwise="–" />
      </Fact>
      <Fact name={t('client.decided')}>
        <Time at={decidedAt} otherwise={t('never')} />
      </Fact>
      <Fact name={t('client.used')}>
        <Time at={lastUsedAt} otherwise={t('never')} />
      </Fact>
    </dl>
  );
}
