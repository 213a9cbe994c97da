import { useTranslation } from 'react-i18next';
import { type Meaning, StatusWord } from '../../parts/StatusWord';
import type { Agent } from './agent-queries';

type StopReason = Agent['stoppedBy'][number];

const MEANINGS: Record<StopReason, Meaning> = {
  retired: 'none',
  ended: 'none',
  suspended: 'attention',
  above_retired: 'attention',
  above_ended: 'attention',
  above_suspended: 'attention',
  owner_inactive: 'danger',
};

/** Says that an agent works, or the first reason why it does not. */
export function AgentStateWord({ agent: { stoppedBy } }: { agent: Agent }) {
  const { t } = useTranslation('agents');
  const [reason] = stoppedBy;
  if (!reason) return <StatusWord meaning="good">{t('works')}</StatusWord>;
  return <StatusWord meaning={MEANINGS[reason]}>{t(`stopped.${reason}`)}</StatusWord>;
}

/** All reasons why an agent does not work. */
export function AgentState({ agent }: { agent: Agent }) {
  const { t } = useTranslation('agents');
  const { stoppedBy } = agent;
  return (
    <>
      <AgentStateWord agent={agent} />
      {stoppedBy.slice(1).map((reason) => (
        <span key={reason}>, {t(`stopped.${reason}`)}</span>
      ))}
      {stoppedBy[0] && <p className="text-soft">{t(`reason.${stoppedBy[0]}`)}</p>}
    </>
  );
}
