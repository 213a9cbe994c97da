import type { ResourcePattern } from '../config/resource-pattern.js';
import { ServiceError } from '../errors/service-error.js';

/** Exceeds the length of any real id. A longer one is denied, because it cannot be compared in bounded time. */
const MAX_ID = 1_024;

/** Holds the denied resources of one kind. */
export class DeniedKind {
  /** Whether the whole kind is denied. Nobody can then use a handler of this kind over MCP, so none is listed. */
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
    return this.globs.some((pieces) => matchesGlob(small, pieces));
  }
}

/**
 * Holds the resources that agents never reach (`AGENT_DENIED_RESOURCES`). A resource is identified as in its audit
 * row: by the kind of `@AuditResource` and the id.
 */
export class DenyList {
  private readonly kinds = new Map<string, DeniedKind>();

  constructor(patterns: readonly ResourcePattern[]) {
    for (const kind of new Set(patterns.map((pattern) => pattern.kind))) {
      const ids = patterns.filter((pattern) => pattern.kind === kind).map(({ id }) => id);
      this.kinds.set(kind, new DeniedKind(kind, ids));
    }
  }

  /** Returns nothing for a kind that the setting does not name. */
  of(kind: string): DeniedKind | undefined {
    return this.kinds.get(kind.toLowerCase());
  }
}

/** Makes a 403 that no scope can avoid. */
export const resourceBlocked = ({ kind }: DeniedKind): ServiceError =>
  new ServiceError(
    'resource_blocked',
    `This ${kind} is out of reach for agents, whatever their scopes. Do not retry; a person can look at it`,
    { data: { resourceKind: kind } },
  );

/**
 * Matches an id in linear time: each piece is searched once, after the one before, without backtracking.
 * @param pieces a glob, split at each `*`
 */
function matchesGlob(id: string, pieces: readonly string[]): boolean {
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
