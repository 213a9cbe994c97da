import { isIP } from 'node:net';
import { inspect } from 'node:util';
import type { CallerRequest, Via } from '../../access/caller.js';
import { isElevated } from '../../access/scopes.js';
import { lineText } from '../../validation/line-text.js';
import type { Outcome } from './audit-columns.js';
import type { AuditRecord } from './audit-row.js';
import { boundedMetadata, plainText } from './bounded-metadata.js';

/** What is known about a call before its handler runs, or when it does not run. */
export interface AuditSubject {
  request: CallerRequest;
  action: string;
  tool?: string | null;
  resource?: string | null;
  /** Everything that was acted on in addition to `resource`. */
  targets?: readonly string[];
  scopes?: readonly string[];
  /** The `traceparent` in the `_meta` of an MCP call (SEP-414). It is closer to the call than the request's header. */
  traceparent?: unknown;
  metadata?: Record<string, unknown>;
  /** Marks the row as elevated whatever the scopes are. */
  elevated?: boolean;
  /** Members of the handler's input. They are bounded separately, so that they displace nothing of `metadata`. */
  kept?: Record<string, unknown>;
}

/** The most targets of a row, in addition to its resource. */
export const MAX_TARGETS = 100;
/** The most characters of a client's id, which may be a URL. */
export const MAX_CLIENT_ID = 2_048;
/** Shared by the many rows that have none. */
const NO_TARGETS: readonly string[] = [];
const NO_METADATA = Object.freeze({});
/** W3C Trace Context, version 00 and later versions that extend it. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** The owner of the key that was used. */
interface Identity {
  userId: string;
  keyId: string | null;
  keyStart: string | null;
  name?: string;
  via?: Via;
  organizationId?: string;
  keyName?: string | null;
  clientId?: string | null;
  actors?: readonly string[];
}

/** @param reason why the call did not succeed, or null; it is unknown because a tool may throw any value as its reason */
export function auditRecord(
  {
    request,
    action,
    tool,
    resource,
    targets,
    scopes = [],
    traceparent,
    metadata = NO_METADATA,
    elevated = false,
    kept,
  }: AuditSubject,
  outcome: Outcome,
  reason: unknown,
  durationMs: number | null,
  identity: Identity | undefined = request.user,
): AuditRecord {
  return {
    userId: identity?.userId ?? null,
    userName: identity?.name === undefined ? null : plainText(identity.name),
    keyId: identity?.keyId ?? null,
    keyStart: identity?.keyStart ?? null,
    action: plainText(action),
    tool: tool == null ? null : plainText(tool),
    resource: resource == null ? null : plainText(resource),
    targets: targetsOf(resource, targets),
    outcome,
    reason: reason == null ? null : plainText(typeof reason === 'string' ? reason : inspect(reason)),
    elevated: elevated || scopes.some(isElevated),
    scopes,
    ip: isIP(request.ip) === 0 ? null : request.ip.replace(/%.*$/, ''),
    userAgent: headerText(request.headers['user-agent']),
    requestId: plainText(request.id),
    traceId: traceIdOf(traceparent) ?? traceIdOf(request.headers.traceparent),
    durationMs: durationMs === null ? null : Math.round(durationMs * 1000) / 1000,
    metadata: metadataOf(withOrigin(metadata, request.via), kept),
    via: identity?.via ?? null,
    organizationId: identity?.organizationId ?? null,
    keyName: identity?.keyName == null ? null : plainText(identity.keyName),
    clientId: identity?.clientId == null ? null : clientText(identity.clientId),
    actors: identity?.actors?.length ? identity.actors : null,
  };
}

const withOrigin = (metadata: Record<string, unknown>, via: string | undefined): Record<string, unknown> =>
  via === undefined ? metadata : { ...metadata, via };

/** An id is compared as a whole, so nothing within it is masked: it is one that the service itself gave or looked up. */
const clientText = (id: string): string => lineText(id.slice(0, MAX_CLIENT_ID));

const metadataOf = (
  metadata: Record<string, unknown>,
  kept: Record<string, unknown> | undefined,
): Record<string, unknown> => (kept ? { ...kept, ...boundedMetadata(metadata) } : boundedMetadata(metadata));

const traceIdOf = (traceparent: unknown): string | null =>
  typeof traceparent === 'string' ? (TRACEPARENT.exec(traceparent)?.[1] ?? null) : null;

/** The resource followed by the targets, cut to the most that a row takes. */
function targetsOf(
  resource: string | null | undefined,
  targets: readonly string[] = NO_TARGETS,
): readonly string[] {
  if (resource == null && targets.length === 0) return NO_TARGETS;
  if (resource == null) return targets.slice(0, MAX_TARGETS).map((target) => plainText(target));
  if (targets.length === 0) return [plainText(resource)];
  return [...new Set([resource, ...targets])].slice(0, MAX_TARGETS + 1).map((target) => plainText(target));
}

const headerText = (value: string | string[] | undefined): string | null =>
  value === undefined ? null : plainText(typeof value === 'string' ? value : value.join(', '));

/** The approximate memory of a row without its texts. */
const ROW_BYTES = 400;

/** The approximate memory of a row. */
export const sizeOf = ({
  tool,
  resource,
  userAgent,
  clientId,
  targets,
  scopes,
  actors,
  metadata,
}: AuditRecord): number =>
  ROW_BYTES +
  (tool?.length ?? 0) +
  (resource?.length ?? 0) +
  (userAgent?.length ?? 0) +
  (clientId?.length ?? 0) +
  (actors === null ? 0 : lengthOf(actors)) +
  lengthOf(scopes) +
  lengthOf(targets) +
  JSON.stringify(metadata).length;

const lengthOf = (texts: readonly string[]): number =>
  texts.reduce((sum, { length }) => sum + 16 + length, 0);
