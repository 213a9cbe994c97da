import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { ProblemState } from '../../parts/ProblemState';
import { StatusWord } from '../../parts/StatusWord';
import { KEPT_ROWS } from './incoming-rows';
import type { LiveTail } from './useLiveTail';

/** Says whether new rows come in, and whether all of them do. */
export function LiveLine({ tail: { rows, waiting, isConnected, hasGap, problem } }: { tail: LiveTail }) {
  const { t } = useTranslation('audit');
  if (problem) return <ProblemState error={problem} />;
  return (
    <p className="flex min-h-9 flex-wrap items-center gap-3">
      <StatusWord meaning={isConnected ? 'good' : 'attention'}>
        {isConnected ? t('live.on') : t('live.connecting')}
      </StatusWord>
      <span className="text-soft" data-live-rows={rows.length}>
        {rows.length < KEPT_ROWS
          ? t('live.rows', { count: rows.length })
          : t('live.kept', { count: KEPT_ROWS })}
      </span>
      {hasGap && <StatusWord meaning="attention">{t('live.gap')}</StatusWord>}
      {waiting > 0 && (
        <Button onClick={() => document.querySelector('[data-scroller]')?.scrollTo({ top: 0 })}>
          {t('live.waiting', { count: waiting })}
        </Button>
      )}
    </p>
  );
}
