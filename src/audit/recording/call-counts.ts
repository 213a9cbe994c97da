import { Injectable } from '@nestjs/common';
import type { AuditRecord } from '../events/audit-row.js';
import { ERROR_CODES, type ErrorCode } from '../../errors/error-codes.js';
import type { ServiceError } from '../../errors/service-error.js';

/** The upper bounds of the duration's buckets, in seconds. */
export const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;
const BOUNDS_MS = DURATION_BOUNDS.map((seconds) => seconds * 1000);

export type CountedOutcome = 'success' | 'failure' | 'denied';

/** The most policies that are told apart. */
const MAX_POLICIES = 50;

/** The calls of one tool. */
export class ToolCounts {
  success = 0;
  failure = 0;
  denied = 0;
  /** How many calls each bucket of {@link DURATION_BOUNDS} has; the last one has the slower ones. */
  readonly buckets = new Float64Array(BOUNDS_MS.length + 1);
  totalMs = 0;
}

/**
 * Counts every call once, where its audit row is made. The labels are bounded: only tools that exist have counts of their own,
 * and codes come from the table of codes.
 */
@Injectable()
export class CallCounts {
  private readonly byTool = new Map<string, ToolCounts>();
  /** The calls of REST, resources and prompts. */
  private readonly others = new ToolCounts();
  /** The calls of tools that do not exist. */
  private readonly unknown = new ToolCounts();
  private readonly errors = new Map<ErrorCode, number>();
  private readonly limited = new Map<string, number>();
  private exists: (tool: string) => boolean = () => false;

  /** @param exists whether there is a tool of this name */
  nameTools(exists: (tool: string) => boolean): void {
    this.exists = exists;
  }

  /** Counts a call by its record. */
  record({ tool, outcome, durationMs }: Pick<AuditRecord, 'tool' | 'outcome' | 'durationMs'>): void {
    if (outcome !== 'pending') this.call(tool, outcome, durationMs);
  }

  call(tool: string | null, outcome: CountedOutcome, durationMs: number | null): void {
    const counts = tool === null ? this.others : (this.byTool.get(tool) ?? this.newTool(tool));
    counts[outcome]++;
    if (durationMs === null) return;
    let bucket = 0;
    while (bucket < BOUNDS_MS.length && durationMs > BOUNDS_MS[bucket]!) bucket++;
    counts.buckets[bucket]!++;
    counts.totalMs += durationMs;
  }

  /** Counts an error that a caller is answered with, and the policy where it is a limit. */
  error(code: ErrorCode, error: ServiceError | undefined): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
    if (code !== 'rate_limited') return;
    const { policy } = (error?.options.data?.limit ?? {}) as { policy?: unknown };
    const name = typeof policy === 'string' && this.hasRoomFor(policy) ? policy : 'other';
    this.limited.set(name, (this.limited.get(name) ?? 0) + 1);
  }

  /** The counts with the label of their tool, which is empty for calls of no tool. */
  *tools(): Iterable<readonly [tool: string, counts: ToolCounts]> {
    yield ['', this.others];
    yield ['unknown', this.unknown];
    yield* this.byTool;
  }

  /** How often each code was answered, by all codes of the table. */
  codes(): (readonly [ErrorCode, number])[] {
    return (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => [code, this.errors.get(code) ?? 0]);
  }

  /** How many calls each policy of the limits refused. */
  policies(): Iterable<readonly [policy: string, calls: number]> {
    return this.limited;
  }

  private newTool(tool: string): ToolCounts {
    if (tool === 'unknown' || !this.exists(tool)) return this.unknown;
    const counts = new ToolCounts();
    this.byTool.set(tool, counts);
    return counts;
  }

  private hasRoomFor(policy: string): boolean {
    return this.limited.has(policy) || this.limited.size < MAX_POLICIES;
  }
}
