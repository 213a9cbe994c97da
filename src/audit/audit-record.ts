import { isIP } from 'node:net';
import type { CallerRequest } from '../access/caller.js';
import { maskKeys } from '../access/mask-keys.js';
import { isElevated } from '../access/scopes.js';
import type { Outcome } from './audit-event.entity.js';

/** An event as a room reports it; the writer adds id, time and sequence. */
export interface AuditRecord {
  userId: string | null;
  keyId: string | null;
  keyStart: string | null;
  action: string;
  tool: string | null;
  resource: string | null;
  outcome: Outcome;
  reason: string | null;
  elevated: boolean;
  scopes: readonly string[];
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  durationMs: number | null;
  metadata: Record<string, unknown>;
}

/** What is known before a handler has run, or instead of it. */
export interface AuditSubject {
  request: CallerRequest;
  action: string;
  tool?: string | null;
  resource?: string | null;
  scopes?: readonly string[];
  metadata?: Record<string, unknown>;
}

const MAX_TEXT = 512;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

export function auditRecord(
  { request, action, tool, resource, scopes = [], metadata = {} }: AuditSubject,
  outcome: Outcome,
  reason: string | null,
  durationMs: number | null,
  identity: { userId: string; keyId: string; keyStart: string } | undefined = request.user,
): AuditRecord {
  return {
    userId: identity?.userId ?? null,
    keyId: identity?.keyId ?? null,
    keyStart: identity?.keyStart ?? null,
    action: plain(action),
    tool: tool == null ? null : plain(tool),
    resource: resource == null ? null : plain(resource),
    outcome,
    reason,
    elevated: scopes.some(isElevated),
    scopes,
    ip: isIP(request.ip) === 0 ? null : request.ip.replace(/%.*$/, ''),
    userAgent: headerText(request.headers['user-agent']),
    requestId: plain(request.id),
    durationMs: durationMs === null ? null : Math.round(durationMs * 1000) / 1000,
    metadata,
  };
}

/** Text as a row may hold it: bounded, without keys, and without characters that could forge a line of a log. */
function plain(text: string): string {
  const masked = maskKeys(text);
  return (masked.length > MAX_TEXT ? masked.slice(0, MAX_TEXT) : masked).replace(CONTROL, '\uFFFD');
}

const headerText = (value: string | string[] | undefined): string | null =>
  value === undefined ? null : plain(typeof value === 'string' ? value : value.join(', '));
