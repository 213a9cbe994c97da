import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { AuditLink } from '../../parts/AuditLink';
import { Fact } from '../../parts/Fact';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import { Waiting } from '../../parts/Waiting';
import { AgentOfKey } from './AgentOfKey';
import { IssuedKeyView } from './IssuedKeyView';
import { KeyAbilities } from './KeyAbilities';
import { KeyActions } from './KeyActions';
import { effectiveQuery, type IssuedKey, type Key, keyQuery } from './key-queries';
import { KeyStateWord } from './KeyStateWord';
import { KeyUsage } from './KeyUsage';

const route = getRouteApi('/keys/$keyId');

/** What can the key do, what did it do, how does it end? */
export function KeySheet() {
  const { t } = useTranslation('keys');
  const { keyId } = route.useParams();
  const navigate = route.useNavigate();
  const me = useMe();
  const [issued, setIssued] = useState<IssuedKey>();
  const { data: key, error, refetch } = useQuery(keyQuery(keyId));
  return (
    <Sheet title={key?.name ?? t('one')} onClose={() => void navigate({ to: '/keys', search: true })}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !key ? (
        <Waiting rows={6} />
      ) : (
        <>
          {issued && <IssuedKeyView issued={issued} />}
          <Facts apiKey={key} />
          {may(me, 'keys:write') && <KeyActions apiKey={key} onIssued={setIssued} />}
          <KeyAbilities id={key.id} />
          <KeyUsage id={key.id} />
          <AuditLink search={{ keyId: key.id }} />
        </>
      )}
    </Sheet>
  );
}

function Facts({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation('keys');
  const owner = useQuery(effectiveQuery(apiKey.id)).data?.user.name;
  const { id, start, createdAt, lastUsedAt, expiresAt, ipAllowlist, requestsPerMinute, agent } = apiKey;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('column.state')}>
        <KeyStateWord apiKey={apiKey} />
      </Fact>
      <Fact name={t('column.owner')}>{owner ?? '…'}</Fact>
      <Fact name={t('fact.start')}>
        <code className="font-mono">{start}…</code>
      </Fact>
      <Fact name={t('fact.id')}>
        <ShortId id={id} />
      </Fact>
      <Fact name={t('fact.created')}>
        <Time at={createdAt} />
      </Fact>
      <Fact name={t('column.used')}>
        <Time at={lastUsedAt} otherwise={t('neverUsed')} />
      </Fact>
      <Fact name={t('column.ends')}>
        <Time at={expiresAt} otherwise={t('neverEnds')} />
      </Fact>
      <Fact name={t('column.addresses')}>{ipAllowlist?.join(', ') ?? t('anyAddress')}</Fact>
      <Fact name={t('fact.limit')}>
        {requestsPerMinute === null ? t('noLimit') : t('perMinute', { count: requestsPerMinute })}
      </Fact>
      {agent && (
        <Fact name={t('fact.agent')}>
          <AgentOfKey userId={apiKey.userId} />
        </Fact>
      )}
    </dl>
  );
}
