import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { useSettledWords } from '../../parts/useSettledWords';
import type { IssuedKey } from '../keys/key-queries';
import { type Agent, useChangeAgent } from './agent-queries';
import { AgentChange } from './AgentChange';
import { AgentKeyDialog } from './AgentKeyDialog';
import { Retirement } from './Retirement';

interface ActionProps {
  agent: Agent;
  onIssued: (issued: IssuedKey) => void;
}

/** An agent gets a key, is changed, is stopped for a while, or ends. */
export function AgentActions({ agent, onIssued }: ActionProps) {
  const { t } = useTranslation('agents');
  const { name, isActive, works } = agent;
  const me = useMe();
  const tell = useToasts();
  const words = useSettledWords();
  const [asked, setAsked] = useState<'key' | 'change' | 'retire'>();
  const change = useChangeAgent(agent.id);
  const close = () => setAsked(undefined);
  const set = (active: boolean) =>
    change.mutate(
      { isActive: active },
      {
        onSuccess: (settled) =>
          active
            ? tell(words(t('resumed', { name }), settled))
            : tell(words(t('suspended', { name }), settled), () => change.mutate({ isActive: true })),
      },
    );
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        {may(me, 'keys:write') && (
          <Button onClick={() => setAsked('key')} disabled={!works}>
            {t('makeKey')}
          </Button>
        )}
        <Button onClick={() => setAsked('change')}>{t('change.do')}</Button>
        <Button onClick={() => set(!isActive)} disabled={change.isPending}>
          {isActive ? t('suspend') : t('resume')}
        </Button>
        <Button kind="danger" onClick={() => setAsked('retire')}>
          {t('retire')}
        </Button>
      </div>
      {change.error && <ProblemState error={change.error} />}
      {asked === 'change' && <AgentChange agent={agent} onUndo={change.mutate} onClose={close} />}
      {asked === 'key' && <AgentKeyDialog agent={agent} onIssued={onIssued} onClose={close} />}
      {asked === 'retire' && <Retirement agent={agent} onClose={close} />}
    </div>
  );
}
