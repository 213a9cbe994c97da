import { refusalOf } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { type DeniedKind, resourceBlocked } from '../../access/deny-list.js';
import { idOf } from '../../audit/recording/audit-subjects.js';
import type { ServiceError } from '../../errors/service-error.js';
import type { CallTarget } from './call-target.js';
import type { Registered } from '../definitions/primitive.js';

/** Why a caller sees no such handler in a list: nothing, its scopes, or that agents never reach what it acts on. */
export const refusalOfHandler = (
  { rule, denied }: Pick<Registered, 'rule' | 'denied'>,
  caller: Caller | undefined,
): ServiceError | undefined =>
  refusalOf(rule, caller) ?? (denied?.whole ? resourceBlocked(denied) : undefined);

/** Why a call may not be made: the scopes first, so that nobody learns of what lies behind them. */
export const refusalOfTarget = (target: CallTarget, caller: Caller | undefined): ServiceError | undefined =>
  target.entry && (refusalOf(target.entry.rule, caller) ?? blockedTarget(target));

/** Whether agents never reach what a call names; of a completion also what it completes. */
export function blockedTarget(target: CallTarget): ServiceError | undefined {
  const { entry, completes } = target;
  return blockedHandler(entry?.denied, target) ?? blockedHandler(completes?.denied, target);
}

/** Whether agents never reach what arguments or a result name by their `id`. */
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

/** What a URI says behind a scheme that is the kind: `7` of `invoice://7`. Nothing (no id) where it is another scheme. */
function restOf(uri: string, kind: string): string {
  if (uri.slice(0, kind.length + 1).toLowerCase() !== `${kind}:`) return '';
  const rest = uri.slice(kind.length + 1).replace(/^\/\//, '');
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}

/** The kind that a row names where no `@AuditResource` does: a resource is named by its URI. */
export const kindOfUri = (uri: string): string => uri.slice(0, Math.max(0, uri.indexOf(':')));
