import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { Button } from '../../parts/Button';
import { CountField } from '../../parts/CountField';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { useSettledWords } from '../../parts/useSettledWords';
import { limitWords, useToolLimit } from './tool-limit';
import { type ToolLimit, useSetToolLimit } from './tool-queries';

/** What the service takes at most. */
const MOST = { perMinute: 1_000_000, weight: 1_000 };
/** All that the tool says itself. */
const OWN = { perMinute: null, weight: null };

/** Changes how often each user may call a tool and how much a call counts, which can be taken back. */
export function ToolLimitChange({ name }: { name: string }) {
  const { t } = useTranslation('tools');
  const limit = useToolLimit(name);
  const [isAsked, setAsked] = useState(false);
  const undo = useSetToolLimit(name);
  if (!limit) return null;
  return (
    <div className="grid justify-items-start gap-2">
      <Button onClick={() => setAsked(true)}>{t('limit.change')}</Button>
      {undo.error && <ProblemState error={undo.error} />}
      {isAsked && (
        <Change
          limit={limit}
          onUndo={() => undo.mutate(limit.override ?? OWN)}
          onClose={() => setAsked(false)}
        />
      )}
    </div>
  );
}

interface ChangeProps {
  limit: ToolLimit;
  onUndo: () => void;
  onClose: () => void;
}

function Change({ limit: { name, declared, override }, onUndo, onClose }: ChangeProps) {
  const { t } = useTranslation('tools');
  const tell = useToasts();
  const words = useSettledWords();
  const present = override ?? OWN;
  const [{ perMinute, weight }, setWanted] = useState(present);
  const change = useSetToolLimit(name);
  const run = () =>
    change.mutate(
      { perMinute, weight },
      {
        onSuccess: (settled) => {
          const limit = limitWords(t, {
            perMinute: perMinute ?? declared.perMinute,
            weight: weight ?? declared.weight,
          });
          tell(words(t('limit.changed', { name, limit }), settled), onUndo);
          onClose();
        },
      },
    );
  return (
    <Ask
      title={t('limit.changeOf', { name })}
      verb={t('limit.change')}
      isReady={perMinute !== present.perMinute || weight !== present.weight}
      isRunning={change.isPending}
      error={change.error}
      onDo={run}
      onClose={onClose}
    >
      <CountField
        label={t('limit.perMinute')}
        hint={t('limit.perMinuteHint', { own: declared.perMinute ?? t('limit.no') })}
        most={MOST.perMinute}
        count={perMinute}
        onChange={(typed) => setWanted({ perMinute: typed, weight })}
      />
      <CountField
        label={t('limit.weight')}
        hint={t('limit.weightHint', { own: declared.weight })}
        most={MOST.weight}
        count={weight}
        onChange={(typed) => setWanted({ perMinute, weight: typed })}
      />
    </Ask>
  );
}
