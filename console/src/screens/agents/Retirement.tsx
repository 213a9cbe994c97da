import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { useToasts } from '../../parts/toasts';
import { useSettledWords } from '../../parts/useSettledWords';
import { isOver, stateOf } from '../keys/key-state';
import { type Agent, agentKeysQuery, agentsOfQuery, useRetire } from './agent-queries';

/** Names what goes with the agent: its keys, and the agents below it. */
export function Retirement({ agent: { id, name }, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useTranslation('agents');
  const me = useMe();
  const tell = useToasts();
  const words = useSettledWords();
  const keys = useQuery({ ...agentKeysQuery(id), enabled: may(me, 'keys:read') }).data ?? [];
  const below = useQuery(agentsOfQuery(id)).data ?? [];
  const retire = useRetire(id);
  const run = () =>
    retire.mutate(undefined, {
      onSuccess: (settled) => {
        tell(words(t('retired', { name }), settled));
        onClose();
      },
    });
  return (
    <ConfirmByName
      title={t('retirement.title', { name })}
      verb={t('retire')}
      name={name}
      isRunning={retire.isPending}
      error={retire.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('retirement.text')}</p>
      <ul tabIndex={0} className="max-h-40 list-disc overflow-y-auto pl-5">
        {keys
          .filter((key) => !isOver(stateOf(key)))
          .map((key) => (
            <li key={key.id}>{t('retirement.key', { name: key.name, start: key.start })}</li>
          ))}
        {below.map((agent) => (
          <li key={agent.id}>{t('retirement.agent', { name: agent.name })}</li>
        ))}
      </ul>
    </ConfirmByName>
  );
}
