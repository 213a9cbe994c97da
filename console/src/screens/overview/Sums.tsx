import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditSearch } from '../audit/audit-filters';
import type { Overview } from './overview-query';

/** The window in four numbers, each of which leads to its rows. */
export function Sums({
  overview: { calls, refused, errors, limitsHit, p50Ms, p95Ms, window },
}: {
  overview: Overview;
}) {
  const { t, i18n } = useTranslation('overview');
  const number = (value: number) => value.toLocaleString(i18n.language);
  const ms = (value: number | null) => (value === null ? '–' : `${number(value)} ms`);
  return (
    <dl className="grid grid-cols-2 gap-2 md:grid-cols-4">
      <Sum name={t('sum.calls')} search={{ last: window }} value={number(calls)} />
      <Sum name={t('sum.refused')} search={{ last: window, outcome: 'denied' }} value={number(refused)}>
        {t('sum.limitsHit', { count: limitsHit })}
      </Sum>
      <Sum name={t('sum.errors')} search={{ last: window, outcome: 'failure' }} value={number(errors)} />
      <Sum name={t('sum.p95')} value={ms(p95Ms)}>
        {t('sum.p50', { value: ms(p50Ms) })}
      </Sum>
    </dl>
  );
}

interface SumProps {
  name: string;
  value: string;
  search?: AuditSearch;
  children?: ReactNode;
}

function Sum({ name, value, search, children }: SumProps) {
  return (
    <div className="rounded-control border border-line p-3">
      <dt className="text-soft">{name}</dt>
      <dd className="grid">
        <span className="text-[20px] leading-7 font-semibold">
          {search ? (
            <Link to="/audit" search={search} className="hover:underline">
              {value}
            </Link>
          ) : (
            value
          )}
        </span>
        <span className="min-h-5 text-soft">{children}</span>
      </dd>
    </div>
  );
}
