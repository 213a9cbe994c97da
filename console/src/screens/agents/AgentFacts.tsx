import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { AuditLink } from '../../parts/AuditLink';
import { Fact } from '../../parts/Fact';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import type { Agent } from './agent-queries';
import { AgentState } from './AgentStateWord';

export function AgentFacts({ agent }: { agent: Agent }) {
  const { t } = useTranslation('agents');
  const { id, description, createdAt, endsAt, retiredAt, lastUse, requestsPerMinute } = agent;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      {description !== null && (
        <Fact name={t('fact.description')}>
          <span className="whitespace-pre-line">{description}</span>
        </Fact>
      )}
      <Fact name={t('column.state')}>
        <AgentState agent={agent} />
      </Fact>
      <Fact name={t('column.owner')}>
        <Owner agent={agent} /> <span className="text-soft">{t(`kind.${agent.ownerKind}`)}</span>
      </Fact>
      <Fact name={t('column.used')}>
        <Time at={lastUse?.at ?? null} otherwise={t('never')} />{' '}
        {lastUse && (
          <span className="text-soft">
            {[lastUse.tool ?? lastUse.action, lastUse.ip, lastUse.keyStart && `${lastUse.keyStart}…`]
              .filter(Boolean)
              .join(', ')}
          </span>
        )}{' '}
        <AuditLink search={{ actor: id }} />
      </Fact>
      <Fact name={t('column.ends')}>
        <Time at={retiredAt ?? endsAt} otherwise={t('withOwner')} />
      </Fact>
      <Fact name={t('fact.limit')}>
        {requestsPerMinute === null ? t('noLimit') : t('perMinute', { count: requestsPerMinute })}
      </Fact>
      <Fact name={t('fact.created')}>
        <Time at={createdAt} />
      </Fact>
      <Fact name={t('fact.id')}>
        <ShortId id={id} />
      </Fact>
    </dl>
  );
}

/** Leads to the person, the team or the agent, where that is somebody's to see. */
function Owner({ agent: { ownerId, ownerKind, ownerName } }: { agent: Agent }) {
  const me = useMe();
  const className = 'text-accent underline';
  if (ownerKind === 'agent')
    return (
      <Link to="/agents/$agentId" params={{ agentId: ownerId }} search={true} className={className}>
        {ownerName}
      </Link>
    );
  if (ownerKind === 'team' && may(me, 'teams:read'))
    return (
      <Link to="/people/teams/$teamId" params={{ teamId: ownerId }} className={className}>
        {ownerName}
      </Link>
    );
  if (ownerKind === 'person' && may(me, 'users:read'))
    return (
      <Link to="/people/$userId" params={{ userId: ownerId }} className={className}>
        {ownerName}
      </Link>
    );
  return ownerName;
}
