import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { CountField } from '../../parts/CountField';
import { differences } from '../../parts/differences';
import { EndField } from '../../parts/EndField';
import { Field } from '../../parts/Field';
import { NameField } from '../../parts/NameField';
import { endAfter } from '../../parts/lives';
import { Time } from '../../parts/Time';
import { useToasts } from '../../parts/toasts';
import { useSettledWords } from '../../parts/useSettledWords';
import { ScopePicker } from '../keys/ScopePicker';
import { type Agent, type AgentChanges, useChangeAgent } from './agent-queries';
import { MAKES_AGENTS } from './makes-agents';

interface ChangeProps {
  agent: Agent;
  onUndo: (before: AgentChanges) => void;
  onClose: () => void;
}

const NEVER = 'never';

/** What an agent is called and for, what it may do, how often and until when. */
export function AgentChange({ agent, onUndo, onClose }: ChangeProps) {
  const { t } = useTranslation('agents');
  const tell = useToasts();
  const words = useSettledWords();
  const change = useChangeAgent(agent.id);
  const [name, setName] = useState(agent.name);
  const [description, setDescription] = useState(agent.description ?? '');
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(agent.scopes));
  const [days, setDays] = useState('');
  const [limit, setLimit] = useState(agent.requestsPerMinute);
  const { before, after } = differences(agent, {
    name: name.trim(),
    description: description.trim() === '' ? null : description.trim(),
    scopes: [...scopes],
    requestsPerMinute: limit,
    ...(days !== '' && { endsAt: days === NEVER ? null : endAfter(days) }),
  });
  const run = () =>
    change.mutate(after, {
      onSuccess: (settled) => {
        tell(words(t('changed', { name: after.name ?? agent.name }), settled), () => onUndo(before));
        onClose();
      },
    });
  return (
    <Ask
      title={t('change.title', { name: agent.name })}
      verb={t('change.do')}
      isReady={Object.keys(after).length > 0 && name.trim() !== '' && scopes.size > 0}
      isRunning={change.isPending}
      error={change.error}
      onDo={run}
      onClose={onClose}
    >
      <NameField label={t('column.name')} name={name} onChange={setName} />
      <Field label={t('fact.description')} hint={t('form.descriptionHint')}>
        {(control) => (
          <textarea
            {...control}
            rows={2}
            maxLength={500}
            value={description}
            onChange={({ target }) => setDescription(target.value)}
          />
        )}
      </Field>
      <EndField
        label={t('form.ends')}
        hint={<Time at={agent.endsAt} otherwise={t('withOwner')} />}
        days={days}
        onChange={setDays}
        others={{ '': t('change.asItIs'), [NEVER]: t('form.never') }}
      />
      <CountField
        label={t('form.limit')}
        hint={t('change.limitHint')}
        most={1_000_000}
        count={limit}
        onChange={setLimit}
      />
      <ScopePicker chosen={scopes} onChange={setScopes} isForAgent held={[...agent.scopes, MAKES_AGENTS]} />
    </Ask>
  );
}
