import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { Button } from '../../parts/Button';
import { Choice, Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import { Time } from '../../parts/Time';
import { Waiting } from '../../parts/Waiting';
import type { IssuedKey, Key } from '../keys/key-queries';
import { isOver, stateOf } from '../keys/key-state';
import { KeyStateWord } from '../keys/KeyStateWord';
import { type Agent, agentKeysQuery, useRotateAgent } from './agent-queries';

interface KeysProps {
  agent: Agent;
  mayRotate: boolean;
  onIssued: (issued: IssuedKey) => void;
}

/** The keys of an agent, each of which leads to what it can do and did. */
export function AgentKeys({ agent, mayRotate, onIssued }: KeysProps) {
  const { t } = useTranslation('agents');
  const { data, error, refetch } = useQuery(agentKeysQuery(agent.id));
  const [rotated, setRotated] = useState<Key>();
  return (
    <section className="grid gap-2" aria-label={t('keys.title')}>
      <h2>{t('keys.title')}</h2>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={2} />
      ) : data.length === 0 ? (
        <p className="text-soft">{t('keys.none')}</p>
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {data.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 p-2">
              <Link
                to="/keys/$keyId"
                params={{ keyId: key.id }}
                className="min-w-0 flex-1 truncate text-accent underline"
              >
                {key.name} <code className="font-mono">{key.start}…</code>
              </Link>
              <KeyStateWord apiKey={key} />
              <Time at={key.lastUsedAt} otherwise={t('neverUsed')} />
              {mayRotate && !isOver(stateOf(key)) && (
                <Button
                  className="h-8!"
                  aria-label={t('keys.rotateOf', { name: key.name })}
                  onClick={() => setRotated(key)}
                >
                  {t('keys.rotate')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {rotated && (
        <Rotation
          agentId={agent.id}
          apiKey={rotated}
          onIssued={onIssued}
          onClose={() => setRotated(undefined)}
        />
      )}
    </section>
  );
}

/** In seconds: nothing, an hour, a day. */
const GRACES = [0, 3_600, 86_400] as const;

interface RotationProps {
  agentId: string;
  apiKey: Key;
  onIssued: (issued: IssuedKey) => void;
  onClose: () => void;
}

function Rotation({ agentId, apiKey: { id: keyId, name }, onIssued, onClose }: RotationProps) {
  const { t } = useTranslation('agents');
  const [grace, setGrace] = useState<number>(GRACES[1]);
  const rotate = useRotateAgent(agentId);
  const run = () =>
    rotate.mutate(
      { keyId, gracePeriodSeconds: grace },
      {
        onSuccess: (issued) => {
          onIssued(issued);
          onClose();
        },
      },
    );
  return (
    <Ask
      title={t('keys.rotateOf', { name })}
      verb={t('keys.rotate')}
      isRunning={rotate.isPending}
      error={rotate.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('rotation.text')}</p>
      <Field label={t('rotation.grace')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={grace} onChange={({ target }) => setGrace(Number(target.value))}>
            {GRACES.map((seconds) => (
              <option key={seconds} value={seconds}>
                {t(`grace.${seconds}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </Ask>
  );
}
