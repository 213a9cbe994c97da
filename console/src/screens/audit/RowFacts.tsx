import { useTranslation } from 'react-i18next';
import { Fact } from '../../parts/Fact';
import { ShortId } from '../../parts/ShortId';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import type { RowDetails } from './audit-queries';

/** By what the row is found elsewhere, and whether it is sealed. */
export function RowFacts({ details: { event, seal } }: { details: RowDetails }) {
  const { t } = useTranslation('audit');
  const { id, requestId, traceId, nodeId, nodeSeq, scopes, targets } = event;
  const others = targets.filter((target) => target !== event.resource);
  return (
    <section className="grid gap-2">
      <h2>{t('fact.title')}</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
        <Fact name={t('fact.seal')}>
          {seal ? (
            <>
              <StatusWord meaning="good">{t('fact.sealed')}</StatusWord> <Time at={seal.sealedAt} />{' '}
              <span className="text-soft">{t('fact.sealNumber', { number: seal.number })}</span>
            </>
          ) : (
            <StatusWord meaning="attention">{t('fact.unsealed')}</StatusWord>
          )}
        </Fact>
        {seal && (
          <Fact name={t('fact.hash')}>
            <ShortId id={seal.rowHash} />
          </Fact>
        )}
        {requestId !== null && (
          <Fact name={t('fact.request')}>
            <ShortId id={requestId} />
          </Fact>
        )}
        {traceId !== null && (
          <Fact name={t('fact.trace')}>
            <ShortId id={traceId} />
          </Fact>
        )}
        <Fact name={t('fact.id')}>
          <ShortId id={id} />
        </Fact>
        <Fact name={t('fact.node')}>
          <span className="inline-flex flex-wrap items-center">
            {nodeSeq} <ShortId id={nodeId} />
          </span>
        </Fact>
        {scopes.length > 0 && (
          <Fact name={t('fact.scopes')}>
            <code className="font-mono break-words">{scopes.join(', ')}</code>
          </Fact>
        )}
        {others.length > 0 && (
          <Fact name={t('fact.targets')}>
            <details>
              <summary>{t('fact.targetCount', { count: others.length })}</summary>
              <code className="font-mono break-all">{others.join(' ')}</code>
            </details>
          </Fact>
        )}
      </dl>
    </section>
  );
}
