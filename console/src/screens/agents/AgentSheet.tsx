import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { Waiting } from '../../parts/Waiting';
import { IssuedKeyView } from '../keys/IssuedKeyView';
import type { IssuedKey } from '../keys/key-queries';
import { type Agent, agentQuery } from './agent-queries';
import { AgentAbilities } from './AgentAbilities';
import { AgentActions } from './AgentActions';
import { AgentFacts } from './AgentFacts';
import { AgentKeys } from './AgentKeys';
import { AgentList } from './AgentList';
import { AgentUsage } from './AgentUsage';
import { useDecides } from './useDecides';

const route = getRouteApi('/agents/$agentId');

/** For whom does the agent act, what can it do, what did it do, how does it end? */
export function AgentSheet() {
  const { t } = useTranslation('agents');
  const { agentId } = route.useParams();
  const navigate = route.useNavigate();
  const { data: agent, error, refetch } = useQuery(agentQuery(agentId));
  return (
    <Sheet title={agent?.name ?? t('one')} onClose={() => void navigate({ to: '/agents', search: true })}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !agent ? (
        <Waiting rows={6} />
      ) : (
        <Details key={agent.id} agent={agent} />
      )}
    </Sheet>
  );
}

function Details({ agent }: { agent: Agent }) {
  const { t } = useTranslation('agents');
  const me = useMe();
  const [issued, setIssued] = useState<IssuedKey>();
  const mayChange = useDecides(agent) && agent.retiredAt === null;
  return (
    <>
      {issued && <IssuedKeyView key={issued.id} issued={issued} />}
      <AgentFacts agent={agent} />
      {mayChange && <AgentActions agent={agent} onIssued={setIssued} />}
      <AgentAbilities agent={agent} />
      {may(me, 'keys:read') && (mayChange || may(me, 'admin')) && (
        <>
          <AgentKeys agent={agent} mayRotate={mayChange} onIssued={setIssued} />
          <AgentUsage id={agent.id} />
        </>
      )}
      <AgentList owner={agent.id} title={t('belowIt')} />
    </>
  );
}
