import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { useSettledWords } from '../../parts/useSettledWords';
import { FIRST_STOP, isWhole, StopFields, stopOf } from './StopFields';
import { type Tool, useSwitchTool } from './tool-queries';

/** Switches a tool off, with what callers are told and when that ends, and on again. */
export function ToolSwitch({ tool: { name, enabled } }: { tool: Tool }) {
  const { t } = useTranslation('tools');
  const tell = useToasts();
  const words = useSettledWords();
  const [isAsked, setAsked] = useState(false);
  const change = useSwitchTool(name);
  const switchOn = () =>
    change.mutate({ enabled: true }, { onSuccess: (settled) => tell(words(t('switchedOn'), settled)) });
  return (
    <div className="grid justify-items-start gap-2">
      {enabled ? (
        <Button kind="danger" onClick={() => setAsked(true)}>
          {t('switchOff')}
        </Button>
      ) : (
        <Button onClick={switchOn} disabled={change.isPending}>
          {t('switchOn')}
        </Button>
      )}
      {change.error && <ProblemState error={change.error} />}
      {isAsked && <SwitchingOff name={name} onUndo={switchOn} onClose={() => setAsked(false)} />}
    </div>
  );
}

interface OffProps {
  name: string;
  onUndo: () => void;
  onClose: () => void;
}

function SwitchingOff({ name, onUndo, onClose }: OffProps) {
  const { t } = useTranslation('tools');
  const tell = useToasts();
  const words = useSettledWords();
  const [input, setInput] = useState(FIRST_STOP);
  const change = useSwitchTool(name);
  const run = () =>
    change.mutate(
      { enabled: false, ...stopOf(input) },
      {
        onSuccess: (settled) => {
          tell(words(t('switchedOff', { name }), settled), onUndo);
          onClose();
        },
      },
    );
  return (
    <Ask
      title={t('off.title', { name })}
      verb={t('switchOff')}
      kind="danger"
      isReady={isWhole(input)}
      isRunning={change.isPending}
      error={change.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('off.text')}</p>
      <StopFields stop={input} onChange={setInput} />
    </Ask>
  );
}
