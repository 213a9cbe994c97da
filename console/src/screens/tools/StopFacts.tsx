import { useTranslation } from 'react-i18next';
import { Fact } from '../../parts/Fact';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import type { StopOfCalls } from './tool-queries';

/** Who stopped calls, when, for how long, and what callers are told. */
export function StopFacts({ stop: { message, until, stoppedAt, stoppedBy } }: { stop: StopOfCalls }) {
  const { t } = useTranslation('tools');
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('stop.message')}>
        {message ?? <span className="text-soft">{t('stop.noMessage')}</span>}
      </Fact>
      <Fact name={t('stop.since')}>
        <Time at={stoppedAt} />
      </Fact>
      <Fact name={t('stop.ends')}>
        <Time at={until} otherwise={t('stop.end.never')} />
      </Fact>
      <Fact name={t('stop.by')}>
        <ShortId id={stoppedBy} />
      </Fact>
    </dl>
  );
}
