import { refusalOf } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { type DeniedKind, resourceBlocked } from '../../access/deny-list.js';
import { idOf } from '../../audit/recording/audit-subjects.js';
import type { ServiceError } from '../../errors/service-error.js';
import type { CallTarget } from './call-target.js';
import type { Registered } from '../definitions/primitive.js';

/**
 * Returns why a list hides a handler from a caller: the caller lacks a scope, or agents never reach the kind of
 * resource that the handler acts on. Returns nothing when the handler is listed.
 */
export const refusalOfHandler = (
  { rule, denied }: Pick<Registered, 'rule' | 'denied'>,
  caller: Caller | undefined,
): ServiceError | undefined =>
  refusalOf(rule, caller) ?? (denied?.whole ? resourceBlocked(denied) : undefined);

/**
 * Returns why a call is refused. Scopes are checked first, so that a caller without them learns nothing about denied
 * resources.
 */
export const refusalOfTarget = (target: CallTarget, caller: Caller | undefined): ServiceError | undefined =>
  target.entry && (refusalOf(target.entry.rule, caller) ?? blockedTarget(target));

/**
 * Returns the refusal of a call whose target is a denied resource. A completion is also refused when the prompt or
 * template that it completes is denied.
 */
export function blockedTarget(target: CallTarget): ServiceError | undefined {
  const { entry, completes } = target;
  return blockedHandler(entry?.denied, target) ?? blockedHandler(completes?.denied, target);
}

/** Returns the refusal of arguments or a result whose `id` is that of a denied resource. */
export function blockedValue(denied: DeniedKind, value: unknown): ServiceError | undefined {
  const id = idOf(value);
  return id !== undefined && denied.covers(id) ? resourceBlocked(denied) : undefined;
}

function blockedHandler(denied: DeniedKind | undefined, target: CallTarget): ServiceError | undefined {
  if (!denied) return undefined;
  if (denied.whole) return resourceBlocked(denied);
  if (target.method === 'resources/read' && denied.covers(restOf(target.name, denied.kind)))
    return resourceBlocked(denied);
  return blockedValue(denied, argumentsOf(target));
}

const argumentsOf = ({ method, input }: CallTarget): unknown =>
  method === 'completion/complete' ? (input as { arguments: unknown }).arguments : input;

/**
 * Returns what follows the scheme of a URI when the scheme is the kind, such as `7` in `invoice://7`. Returns an
 * empty text, which is no id, for any other scheme.
 */
function restOf(uri: string, kind: string): string {
  if (uri.slice(0, kind.length + 1).toLowerCase() !== `${kind}:`) return '';
  const rest = uri.slice(kind.length + 1).replace(/^\/\//, '');
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}

/**
 * Returns the kind of resource that an audit row names when the handler has no `@AuditResource`: the scheme of the
 * URI.
 */
export const kindOfUri = (uri: string): string => uri.slice(0, Math.max(0, uri.indexOf(':')));
