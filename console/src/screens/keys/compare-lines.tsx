import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import type { Schema } from '../../api/client';
import { may } from '../../api/me';
import type { ScopeEntry } from '../../api/scopes';
import { RiskWord } from '../../parts/Scope';
import { Time } from '../../parts/Time';
import type { Key } from './key-queries';
import { KeyStateWord } from './KeyStateWord';
import { stateOf } from './key-state';

/** How far back use is compared. */
export const USAGE_DAYS = 30;

/** What is known of a key that is compared. */
export interface ComparedKey {
  key: Key;
  effective: Schema<'KeyAccess'>;
  usage: Pick<Schema<'KeyUsage'>, 'calls' | 'denials'>;
}

/** One fact of both keys. */
export interface Line {
  id: string;
  name: ReactNode;
  values: readonly ReactNode[];
  isSame: boolean;
}

type Both = readonly [ComparedKey, ComparedKey];

/** Returns all facts of two keys, those that matter most first. */
export function linesOf(t: TFunction<'keys'>, both: Both, catalogue: readonly ScopeEntry[]): Line[] {
  const line = (
    id: string,
    name: ReactNode,
    textOf: (one: ComparedKey) => string | number | null,
    show: (one: ComparedKey) => ReactNode = textOf,
  ): Line => {
    const [one, other] = both.map(textOf);
    return { id, name, values: both.map(show), isSame: one === other };
  };
  const scopes = [...new Set(both.flatMap(({ key }) => key.scopes))].sort();
  return [
    line(
      'owner',
      t('column.owner'),
      ({ effective }) => effective.user.id,
      ({ effective }) => effective.user.name,
    ),
    line(
      'state',
      t('column.state'),
      ({ key }) => stateOf(key),
      ({ key }) => <KeyStateWord apiKey={key} />,
    ),
    ...scopes.map((scope) =>
      line(scope, <ScopeName scope={scope} catalogue={catalogue} />, ({ key }) =>
        may(key, scope) ? t('compare.has') : t('compare.hasNot'),
      ),
    ),
    line('addresses', t('column.addresses'), ({ key }) => key.ipAllowlist?.join(', ') ?? t('anyAddress')),
    line('limit', t('fact.limit'), ({ key: { requestsPerMinute } }) =>
      requestsPerMinute === null ? t('noLimit') : t('perMinute', { count: requestsPerMinute }),
    ),
    line(
      'ends',
      t('column.ends'),
      ({ key }) => key.expiresAt,
      ({ key }) => <Time at={key.expiresAt} otherwise={t('neverEnds')} />,
    ),
    line(
      'used',
      t('column.used'),
      ({ key }) => key.lastUsedAt,
      ({ key }) => <Time at={key.lastUsedAt} otherwise={t('neverUsed')} />,
    ),
    line('calls', t('compare.calls', { days: USAGE_DAYS }), ({ usage }) => usage.calls),
    line('denials', t('compare.denials', { days: USAGE_DAYS }), ({ usage }) => usage.denials),
  ];
}

function ScopeName({ scope, catalogue }: { scope: string; catalogue: readonly ScopeEntry[] }) {
  const risk = catalogue.find((entry) => entry.scope === scope)?.risk;
  return (
    <>
      <code className="font-mono">{scope}</code> {risk && <RiskWord risk={risk} />}
    </>
  );
}
