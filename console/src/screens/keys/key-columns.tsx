import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ScopeEntry } from '../../api/scopes';
import type { Column } from '../../parts/DataTable';
import { RiskWord } from '../../parts/Scope';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import type { ListedKey } from './key-queries';
import { riskOf } from './key-state';
import { KeyStateWord } from './KeyStateWord';

interface ColumnOptions {
  scopes: readonly ScopeEntry[];
  /** Whether keys of several owners are listed. */
  hasOwners: boolean;
  /** The keys that are to be compared. */
  picked: readonly string[];
  /** No other one can be picked. */
  isFull: boolean;
  onPick: (id: string) => void;
}

export function keyColumns(
  t: TFunction<'keys'>,
  { scopes, hasOwners, picked, isFull, onPick }: ColumnOptions,
): Column<ListedKey>[] {
  const ofOwner: Column<ListedKey> = {
    id: 'owner',
    header: t('column.owner'),
    width: 136,
    importance: 3,
    cell: ({ owner }) =>
      owner && (
        <span title={owner.name}>
          {owner.name}
          {owner.kind !== 'person' && <span className="text-soft"> ({t(`kind.${owner.kind}`)})</span>}
        </span>
      ),
  };
  return [
    {
      id: 'pick',
      header: t('column.pick'),
      width: 56,
      className: 'max-sm:hidden',
      cell: ({ id, name }) => (
        // Who misses the box by a little does not mean to open the row.
        <label className="-mx-2 flex h-9 items-center px-2">
          <input
            type="checkbox"
            className="block size-4 accent-accent"
            aria-label={t('compare.pick', { name })}
            checked={picked.includes(id)}
            disabled={isFull && !picked.includes(id)}
            onChange={() => onPick(id)}
          />
        </label>
      ),
    },
    {
      id: 'name',
      header: t('column.name'),
      cell: ({ id, name, start }) => (
        <Link to="/keys/$keyId" params={{ keyId: id }} search={true} className="hover:underline">
          <span className="font-medium">{name}</span> <code className="font-mono text-soft">{start}…</code>
        </Link>
      ),
    },
    ...(hasOwners ? [ofOwner] : []),
    {
      id: 'state',
      header: t('column.state'),
      width: 112,
      cell: (key) => <KeyStateWord apiKey={key} />,
    },
    {
      id: 'risk',
      header: t('column.risk'),
      width: 160,
      importance: 5,
      cell: ({ scopes: held }) => {
        const risk = riskOf(held, scopes);
        // A word that comes later would move the others.
        if (scopes.length === 0) return null;
        return (
          <span title={held.join(', ')}>
            {risk && <RiskWord risk={risk} />} {t('scopeCount', { count: held.length })}
          </span>
        );
      },
    },
    {
      id: 'addresses',
      header: t('column.addresses'),
      width: 112,
      importance: 1,
      cell: ({ ipAllowlist }) =>
        ipAllowlist ? (
          <span title={ipAllowlist.join(', ')}>{t('addressCount', { count: ipAllowlist.length })}</span>
        ) : (
          <StatusWord meaning="none">{t('anyAddress')}</StatusWord>
        ),
    },
    {
      id: 'used',
      header: t('column.used'),
      width: 128,
      importance: 4,
      cell: ({ lastUsedAt }) => <Time at={lastUsedAt} otherwise={t('neverUsed')} />,
    },
    {
      id: 'ends',
      header: t('column.ends'),
      width: 112,
      importance: 2,
      cell: ({ expiresAt }) => <Time at={expiresAt} otherwise={t('neverEnds')} />,
    },
  ];
}
