import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { classes } from '../../parts/classes';
import { ProblemState } from '../../parts/ProblemState';
import { StatusWord } from '../../parts/StatusWord';
import { AnswerText } from './AnswerText';
import { isRunning, type Turn } from './conversation';
import { NothingFound } from './NothingFound';
import { SourceList } from './SourceList';

interface TurnProps {
  turn: Turn;
  isLast: boolean;
  onRetry: () => void;
}

/** A question and its answer. The last one has the height of the window, so that nothing moves while it is written. */
export const TurnView = memo(function TurnView({ turn, isLast, onRetry }: TurnProps) {
  const { t } = useTranslation('assistant');
  const item = useRef<HTMLLIElement>(null);
  // A new question is brought to the top, and its answer has the rest of the window.
  useEffect(() => {
    item.current?.scrollIntoView({ block: 'start' });
  }, []);
  const { question, state, text, sources, unsupported, about, problem } = turn;
  const isOver = !isRunning(turn);
  const isNothing = state === 'done' && sources.length === 0;
  return (
    <li
      ref={item}
      className={classes(
        'grid grid-cols-[minmax(0,1fr)] content-start gap-3',
        isLast && 'min-h-[calc(100dvh-14rem)]',
      )}
    >
      <h2 className="break-words whitespace-pre-wrap">{question}</h2>
      <p className="min-h-5 text-soft">
        <StateLine turn={turn} />
      </p>
      {about && about.question !== question && (
        <p className="text-soft">{t('understoodAs', { question: about.question })}</p>
      )}
      {isNothing ? (
        <NothingFound question={about?.question ?? question} />
      ) : (
        <AnswerText text={text} sources={sources} />
      )}
      {isOver && unsupported.length > 0 && (
        <p className="rounded-control bg-attention-back p-3 text-attention">
          {t('unsupported', { list: unsupported.join(', ') })}
        </p>
      )}
      {isOver && sources.length > 0 && <SourceList sources={sources} />}
      {problem && <ProblemState error={problem} retry={onRetry} />}
      {state === 'stopped' && (
        <div>
          <Button onClick={onRetry}>{t('again')}</Button>
        </div>
      )}
    </li>
  );
});

function StateLine({ turn: { state, sources, about } }: { turn: Turn }) {
  const { t } = useTranslation('assistant');
  if (state === 'searching') return t('searching');
  if (state === 'writing') return t('writing', { count: sources.length });
  if (state === 'stopped') return <StatusWord meaning="attention">{t('stopped')}</StatusWord>;
  if (state === 'failed' || !about) return null;
  if (about.failure)
    return <StatusWord meaning="attention">{t('modelFailed', { reason: about.failure })}</StatusWord>;
  return sources.length > 0 ? t(`mode.${about.mode}`) : null;
}
