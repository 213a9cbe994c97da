import type { AuditRecord } from '../../src/audit/events/audit-row.js';

/** An audit row with empty members, of which a spec sets those that matter to it. */
export const EMPTY_RECORD: AuditRecord = {
  userId: null,
  userName: null,
  keyId: null,
  keyStart: null,
  action: 'spec',
  tool: null,
  resource: null,
  targets: [],
  outcome: 'success',
  reason: null,
  elevated: false,
  scopes: [],
  ip: null,
  userAgent: null,
  requestId: null,
  traceId: null,
  durationMs: null,
  metadata: {},
  via: null,
  organizationId: null,
  keyName: null,
  clientId: null,
  actors: null,
};
