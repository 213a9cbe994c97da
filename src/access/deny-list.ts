import type { ResourcePattern } from '../config/resource-pattern.js';
import { ServiceError } from '../errors/service-error.js';

/** No id that means something is longer; what cannot be looked at in bounded time is not let through. */
const MAX_ID = 1_024;

/** What of one kind of resource agents never reach. */
export class DeniedKind {
  /** All of it: nobody can use a handler of this kind over MCP, so none is listed. */
  readonly whole: boolean;
  private readonly globs: readonly (readonly string[])[];

  constructor(
    readonly kind: string,
    ids: readonly string[],
  ) {
    this.whole = ids.includes('*');
    this.globs = ids.map((id) => id.split('*'));
  }

  covers(id: string): boolean {
    if (this.whole || id.length > MAX_ID) return true;
    const small = id.toLowerCase();
    return this.globs.some((pieces) => fits(small, pieces));
  }
}

/**
 * The resources that agents never reach, by `AGENT_DENIED_RESOURCES`. It knows a resource by the name that its audit row
 * has: the kind of `@AuditResource`, and the id.
 */
export class DenyList {
  private readonly kinds = new Map<string, DeniedKind>();

  constructor(patterns: readonly ResourcePattern[]) {
    for (const kind of new Set(patterns.map((pattern) => pattern.kind))) {
      const ids = patterns.filter((pattern) => pattern.kind === kind).map(({ id }) => id);
      this.kinds.set(kind, new DeniedKind(kind, ids));
    }
  }

  /** Nothing where agents may reach all of the kind that their scopes let them. */
  of(kind: string): DeniedKind | undefined {
    return this.kinds.get(kind.toLowerCase());
  }
}

/** 403: whatever the scopes of the caller are. */
export const resourceBlocked = ({ kind }: DeniedKind): ServiceError =>
  new ServiceError(
    'resource_blocked',
    `This ${kind} is out of reach for agents, whatever their scopes. Do not retry; a person can look at it`,
    { data: { resourceKind: kind } },
  );

/** @param pieces of a glob, split at its `*`: each is looked for once, behind the one before, and nothing is tried again */
function fits(id: string, pieces: readonly string[]): boolean {
  const first = pieces[0]!;
  if (pieces.length === 1) return id === first;
  const last = pieces.at(-1)!;
  if (!id.startsWith(first) || !id.endsWith(last) || id.length < first.length + last.length) return false;
  const end = id.length - last.length;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = id.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
