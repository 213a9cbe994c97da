import type { AuditEvent } from './audit-event.entity.js';

/** What an event consists of, wherever it is shown, in this order. */
export const EVENT_MEMBERS: (keyof AuditEvent)[] = [
  'id',
  'occurredAt',
  'recordedAt',
  'nodeId',
  'nodeSeq',
  'userId',
  'userName',
  'keyId',
  'keyStart',
  'action',
  'tool',
  'resource',
  'targets',
  'outcome',
  'reason',
  'elevated',
  'scopes',
  'ip',
  'userAgent',
  'requestId',
  'traceId',
  'durationMs',
  'metadata',
];
