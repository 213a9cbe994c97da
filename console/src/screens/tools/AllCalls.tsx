import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { FIRST_STOP, isWhole, StopFields, stopOf } from './StopFields';
import { StopFacts } from './StopFacts';
import { stoppedQuery, useResumeCalls, useStopCalls } from './tool-queries';
import { useSettledWords } from '../../parts/useSettledWords';

/** Says that all calls are stopped, where they are, and lets them run again. */
export function AllCalls() {
  const { t } = useTranslation('tools');
  const me = useMe();
  const tell = useToasts();
  const words = useSettledWords();
  const { data: stop } = useQuery(stoppedQuery);
  const resume = useResumeCalls();
  if (!stop) return null;
  const run = () =>
    resume.mutate(undefined, { onSuccess: (settled) => tell(words(t('all.resumed'), settled)) });
  return (
    <section
      aria-label={t('all.stopped')}
      className="grid justify-items-start gap-3 rounded-control border border-danger p-4"
    >
      <h2 className="text-danger">{t('all.stopped')}</h2>
      <StopFacts stop={stop} />
      {may(me, 'service:write') && (
        <Button onClick={run} disabled={resume.isPending}>
          {t('all.resume')}
        </Button>
      )}
      {resume.error && <ProblemState error={resume.error} />}
    </section>
  );
}

/** Stops every call at once, after the person has typed what that means. */
export function StopAllCalls() {
  const { t } = useTranslation('tools');
  const me = useMe();
  const { data: stopped } = useQuery(stoppedQuery);
  const [isAsked, setAsked] = useState(false);
  if (stopped !== null || !may(me, 'service:write')) return null;
  return (
    <>
      <Button kind="danger" onClick={() => setAsked(true)}>
        {t('all.stop')}
      </Button>
      {isAsked && <Confirmation onClose={() => setAsked(false)} />}
    </>
  );
}

function Confirmation({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('tools');
  const tell = useToasts();
  const words = useSettledWords();
  const [input, setInput] = useState(FIRST_STOP);
  const stop = useStopCalls();
  const run = () => {
    if (!isWhole(input)) return;
    stop.mutate(stopOf(input), {
      onSuccess: (settled) => {
        tell(words(t('all.done'), settled));
        onClose();
      },
    });
  };
  return (
    <ConfirmByName
      title={t('all.stop')}
      verb={t('all.stop')}
      name={t('all.name')}
      isRunning={stop.isPending}
      error={stop.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('all.text')}</p>
      <StopFields stop={input} onChange={setInput} />
    </ConfirmByName>
  );
}
