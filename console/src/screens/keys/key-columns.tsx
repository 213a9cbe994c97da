import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ScopeEntry } from '../../api/scopes';
import type { Column } from '../../parts/DataTable';
import { RiskWord } from '../../parts/Scope';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import type { Key } from './key-queries';
import { riskOf } from './key-state';
import { KeyStateWord } from './KeyStateWord';

export const keyColumns = (t: TFunction<'keys'>, scopes: readonly ScopeEntry[]): Column<Key>[] => [
  {
    id: 'name',
    header: t('column.name'),
    cell: ({ id, name, start }) => (
      <Link to="/keys/$keyId" params={{ keyId: id }} search={true} className="hover:underline">
        <span className="font-medium">{name}</span> <code className="font-mono text-soft">{start}…</code>
      </Link>
    ),
  },
  {
    id: 'state',
    header: t('column.state'),
    className: 'w-28',
    cell: (key) => <KeyStateWord apiKey={key} />,
  },
  {
    id: 'risk',
    header: t('column.risk'),
    className: 'w-48 max-md:hidden',
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
    className: 'w-32 max-lg:hidden',
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
    className: 'w-36 max-sm:hidden',
    cell: ({ lastUsedAt }) => <Time at={lastUsedAt} otherwise={t('neverUsed')} />,
  },
  {
    id: 'ends',
    header: t('column.ends'),
    className: 'w-32 max-md:hidden',
    cell: ({ expiresAt }) => <Time at={expiresAt} otherwise={t('neverEnds')} />,
  },
];
