import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { Time } from '../../parts/Time';
import { Waiting } from '../../parts/Waiting';
import type { IssuedKey, Key } from '../keys/key-queries';
import { isOver, stateOf } from '../keys/key-state';
import { KeyStateWord } from '../keys/KeyStateWord';
import { Rotation } from '../keys/Rotation';
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
        <RotationOf
          agentId={agent.id}
          apiKey={rotated}
          onIssued={onIssued}
          onClose={() => setRotated(undefined)}
        />
      )}
    </section>
  );
}

interface RotationProps {
  agentId: string;
  apiKey: Key;
  onIssued: (issued: IssuedKey) => void;
  onClose: () => void;
}

/** A key of the agent is replaced by the route of agents, which needs no scope to manage keys. */
function RotationOf({ agentId, apiKey, ...rest }: RotationProps) {
  const rotate = useRotateAgent(agentId, apiKey.id);
  return <Rotation name={apiKey.name} rotate={rotate} {...rest} />;
}
