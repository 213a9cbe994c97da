import type { Caller } from '../access/caller.js';
import { scopesWithin } from '../access/scopes.js';
import { visibleTo } from '../access/visible-to.js';
import { type IssuedApiKey, toIssuedView, toRepeatedView } from '../api-keys/api-key.views.js';
import { boundsOf } from '../users/agent-chain.js';
import type { AgentRow } from './agent-rows.js';
import { stopReasons } from './stop-reasons.js';
import type { AgentView, CreatedAgent, WrittenAgent } from './agent.schema.js';

/** A new agent, and its first key where one was asked for. */
export interface MadeAgent {
  row: AgentRow;
  key: IssuedApiKey | undefined;
}

/** A column that is added later is not shown until it is named here. */
export function toView(row: AgentRow): AgentView {
  const { within } = boundsOf(row.chain);
  const stoppedBy = stopReasons(row.chain);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    ownerId: row.ownerId,
    ownerKind: row.ownerKind,
    ownerName: row.ownerName,
    scopes: row.scopes,
    heldScopes: within.slice(1).reduce<readonly string[]>(scopesWithin, row.scopes),
    requestsPerMinute: row.requestsPerMinute,
    isActive: row.isActive,
    works: stoppedBy.length === 0,
    stoppedBy,
    endsAt: row.endsAt,
    retiredAt: row.retiredAt,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    lastUse:
      row.usedAt === null
        ? null
        : {
            at: row.usedAt,
            keyId: row.keyId,
            keyStart: row.keyStart,
            action: row.action,
            tool: row.tool,
            ip: row.ip,
          },
  };
}

export const toWriter = (caller: Caller, view: AgentView, sent: object): WrittenAgent =>
  visibleTo(caller, 'agents:read', view, sent) as WrittenAgent;

export const toCreator = (caller: Caller, { row, key }: MadeAgent, sent: object): CreatedAgent => ({
  ...toWriter(caller, toView(row), sent),
  ...(key && { key: toIssuedView(key) }),
});

/** What is kept of an answer for a repeated request. The key itself is stored nowhere. */
export type KeptAgent = AgentView & { key?: ReturnType<typeof toRepeatedView> };

export const toKept = ({ row, key }: MadeAgent): KeptAgent => ({
  ...toView(row),
  ...(key && { key: toRepeatedView(key) }),
});
