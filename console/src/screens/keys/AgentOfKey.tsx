import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { ShortId } from '../../parts/ShortId';
import { agentQuery } from '../agents/agent-queries';

/** Leads to the agent that owns a key. The owner may also be a person or a team, whose key is marked for an agent. */
export function AgentOfKey({ userId }: { userId: string }) {
  const { t } = useTranslation('keys');
  const me = useMe();
  const isMine = userId === me.user.id;
  const agent = useQuery({ ...agentQuery(userId), enabled: !isMine && may(me, 'agents:read') }).data;
  if (isMine) return t('form.myAgent');
  if (!agent) return <ShortId id={userId} />;
  return (
    <Link to="/agents/$agentId" params={{ agentId: userId }} className="text-accent underline">
      {agent.name}
    </Link>
  );
}
