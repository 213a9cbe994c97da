import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { usersQuery } from '../../api/users';
import { FilterChip } from '../../parts/FilterChip';
import { exactTime } from '../../parts/Time';
import { AddFilter } from './AddFilter';
import { type AuditSearch, OUTCOMES, SPANS, TEXT_FILTERS, type TextFilter } from './audit-filters';
import type { AuditRow } from './audit-queries';
import { shortened } from './audit-words';

interface BarProps {
  search: AuditSearch;
  /** Rows that were read: they name what the filters have by id. */
  known: readonly AuditRow[];
}

/** The outcome and the span by one click, everything else by {@link AddFilter}; what is on is a chip that takes it away. */
export function AuditFilterBar({ search, known }: BarProps) {
  const { t, i18n } = useTranslation('audit');
  const nameOf = useNames(search, known);
  const wordOf = (name: TextFilter, value: string) =>
    name === 'from' || name === 'to' ? exactTime(value, i18n.language) : nameOf(name, value);
  const { outcome, last, from, to, ...rest } = search;
  const inSpan = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label={t('filters')}>
      {OUTCOMES.map((one) => {
        const others = { ...rest, ...inSpan, ...(last && { last }) };
        return (
          <FilterChip
            key={one}
            to="/audit"
            search={outcome === one ? others : { ...others, outcome: one }}
            isOn={outcome === one}
          >
            {t(`outcome.${one}`)}
          </FilterChip>
        );
      })}
      {(Object.keys(SPANS) as (keyof typeof SPANS)[]).map((span) => {
        const others = { ...rest, ...(outcome && { outcome }) };
        return (
          <FilterChip
            key={span}
            to="/audit"
            search={last === span ? others : { ...others, last: span }}
            isOn={last === span}
          >
            {t(`span.${span}`)}
          </FilterChip>
        );
      })}
      {TEXT_FILTERS.filter((name) => search[name] !== undefined).map((name) => {
        const { [name]: value, ...others } = search;
        return (
          <FilterChip key={name} to="/audit" search={others} isOn>
            <span className="max-w-80 truncate">
              {t(`filter.${name}`)}: {wordOf(name, value!)}
            </span>
          </FilterChip>
        );
      })}
      <AddFilter search={search} />
    </div>
  );
}

/** Returns how to name people and keys that the filters have by id. */
function useNames(
  { actor, userId }: AuditSearch,
  known: readonly AuditRow[],
): (name: TextFilter, value: string) => string {
  const me = useMe();
  const isAsked = actor !== undefined || userId !== undefined;
  const users = useQuery({ ...usersQuery, enabled: isAsked && may(me, 'users:read') }).data;
  return (name, value) => {
    const found =
      name === 'keyId'
        ? known.find(({ keyId }) => keyId === value)?.keyName
        : name === 'actor' || name === 'userId'
          ? (users?.find(({ id }) => id === value)?.name ??
            known.find(({ userId }) => userId === value)?.userName)
          : undefined;
    return found ?? shortened(value);
  };
}
