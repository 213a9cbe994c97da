import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { EndField } from '../../parts/EndField';
import { NameField } from '../../parts/NameField';
import { endAfter, USUAL_LIFE } from '../../parts/lives';
import { type IssuedKey, useCreateKey } from '../keys/key-queries';
import type { Agent } from './agent-queries';

interface KeyDialogProps {
  agent: Agent;
  onIssued: (issued: IssuedKey) => void;
  onClose: () => void;
}

/** Asks for what a new key of an agent needs: at most what the agent holds. */
export function AgentKeyDialog({ agent, onIssued, onClose }: KeyDialogProps) {
  const { t } = useTranslation('agents');
  const { id, heldScopes } = agent;
  const [name, setName] = useState(agent.name);
  const [days, setDays] = useState(USUAL_LIFE);
  const [scopes, setScopes] = useState<readonly string[]>(heldScopes);
  const create = useCreateKey();
  const run = () =>
    create.mutate(
      { name: name.trim(), userId: id, scopes: [...scopes], expiresAt: endAfter(days) },
      {
        onSuccess: (issued) => {
          onIssued(issued);
          onClose();
        },
      },
    );
  return (
    <Ask
      title={t('newKey.title', { name: agent.name })}
      verb={t('makeKey')}
      isReady={name.trim() !== '' && scopes.length > 0}
      isRunning={create.isPending}
      error={create.error}
      onDo={run}
      onClose={onClose}
    >
      <NameField label={t('newKey.name')} hint={t('newKey.nameHint')} name={name} onChange={setName} />
      <EndField label={t('form.ends')} days={days} onChange={setDays} />
      <fieldset className="grid max-h-40 gap-1 overflow-y-auto">
        <legend className="mb-1 font-medium">{t('column.scopes')}</legend>
        {heldScopes.map((scope) => (
          <label key={scope} className="flex gap-2">
            <input
              type="checkbox"
              className="mt-0.5 size-4 accent-accent"
              checked={scopes.includes(scope)}
              onChange={({ target: { checked } }) =>
                setScopes(checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
              }
            />
            <code className="font-mono">{scope}</code>
          </label>
        ))}
      </fieldset>
    </Ask>
  );
}
