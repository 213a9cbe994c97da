import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ScopeEntry } from '../../api/scopes';
import type { Column } from '../../parts/DataTable';
import { RiskWord } from '../../parts/Scope';
import { Time } from '../../parts/Time';
import { riskOf } from '../keys/key-state';
import { AgentStateWord } from './AgentStateWord';
import type { AgentRow } from './agent-tree';

const INDENT_PX = 20;

export const agentColumns = (t: TFunction<'agents'>, scopes: readonly ScopeEntry[]): Column<AgentRow>[] => [
  {
    id: 'name',
    header: t('column.name'),
    cell: ({ agent: { id, name, description, ownerName }, depth }) => (
      <Link
        to="/agents/$agentId"
        params={{ agentId: id }}
        search={true}
        className="font-medium hover:underline"
        style={{ paddingLeft: depth * INDENT_PX }}
        title={description ?? undefined}
      >
        {depth > 0 && (
          <>
            <span aria-hidden="true">└ </span>
            <span className="sr-only">{t('below', { owner: ownerName })} </span>
          </>
        )}
        {name}
      </Link>
    ),
  },
  {
    id: 'owner',
    header: t('column.owner'),
    width: 192,
    importance: 2,
    cell: ({ agent: { ownerName, ownerKind } }) => (
      <>
        {ownerName} <span className="text-soft">{t(`kind.${ownerKind}`)}</span>
      </>
    ),
  },
  {
    id: 'state',
    header: t('column.state'),
    width: 168,
    narrow: 144,
    cell: ({ agent }) => <AgentStateWord agent={agent} />,
  },
  {
    id: 'scopes',
    header: t('column.scopes'),
    width: 160,
    importance: 4,
    cell: ({ agent: { heldScopes } }) => {
      // A word that comes later would move the others.
      if (scopes.length === 0) return null;
      const risk = riskOf(heldScopes, scopes);
      return (
        <span title={heldScopes.join(', ')}>
          {risk && <RiskWord risk={risk} />} {t('scopeCount', { count: heldScopes.length })}
        </span>
      );
    },
  },
  {
    id: 'used',
    header: t('column.used'),
    width: 128,
    importance: 3,
    cell: ({ agent: { lastUse } }) => <Time at={lastUse?.at ?? null} otherwise={t('never')} />,
  },
  {
    id: 'ends',
    header: t('column.ends'),
    width: 112,
    importance: 1,
    cell: ({ agent: { endsAt } }) => <Time at={endsAt} otherwise={t('never')} />,
  },
];
