import { HttpException, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CallerRequest } from '../../access/caller.js';
import type { ErrorCode } from '../../errors/error-codes.js';
import { nestError } from '../../errors/nest-error.js';
import { auditUnavailable, ServiceError } from '../../errors/service-error.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { DevelopmentLog } from './development-log.js';
import { auditRecord, type AuditSubject } from '../events/audit-record.js';
import { AuditWriter } from '../writer/audit-writer.js';
import { type AuditChange, ChangeRow, type ChangeSubject } from './change-row.js';
import type { AuditSlot, AuditRecord } from '../events/audit-row.js';

/** Statuses of a refusal: the handler did not run. */
const REFUSALS = new Set([401, 403, 429]);
/** Whoever asked for what agents never reach, or met a secret, is looked at, whatever scopes were used. */
const ELEVATING: readonly unknown[] = ['resource_blocked', 'secret_in_result'] satisfies ErrorCode[];

const systemRequest = (by: string): CallerRequest => ({
  id: `system:${by}`,
  ip: '',
  method: '',
  url: '',
  headers: {},
});

/**
 * Where the interceptor and the filter report what happened. Each failure is recorded once. What returns a promise
 * is to be waited for before the caller is answered: see {@link AuditWriter.add}.
 *
 * @example
 * ```ts
 * // A change that no caller asked for, with its row in the same transaction:
 * await this.trail.changeBySystem('nightly', { action: 'invoices:close', resourceKind: 'invoice' }, (audit) =>
 *   this.invoices.closeOverdue(audit((invoice) => ({ id: invoice.id }))),
 * );
 * ```
 */
@Injectable()
export class AuditTrail {
  private readonly recorded = new WeakSet<object>();

  constructor(
    private readonly writer: AuditWriter,
    private readonly limiter: FailedKeyLimiter,
    private readonly lines: DevelopmentLog,
  ) {}

  hasRoom(): boolean {
    return this.writer.hasRoom();
  }

  /** @throws auditUnavailable when a call could not be recorded, so that it must not run */
  async waitForRoom(): Promise<true> {
    if (await this.writer.waitForRoom()) return true;
    throw auditUnavailable();
  }

  /**
   * Leaves the intent of a call in the table before the call runs.
   * @param admit runs ahead of it in the same transaction; what it refuses leaves no intent
   * @returns the id of that row @throws what `admit` throws; auditUnavailable where PostgreSQL does not take the row
   */
  async intends(subject: AuditSubject, admit: (manager: EntityManager) => Promise<void>): Promise<string> {
    const record = auditRecord({ ...subject, action: `${subject.action}:intent` }, 'pending', null, null);
    const print = () => this.lines.print(record, subject.request.user?.keyName);
    try {
      const { id } = await this.writer.addNow(record, admit);
      print();
      return id;
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      // The row waits for PostgreSQL all the same.
      print();
      throw auditUnavailable(error);
    }
  }

  /** The row of a change of keys or users, to be written by the transaction that makes it. */
  change(subject: ChangeSubject, started: number): ChangeRow {
    return new ChangeRow(this.writer, subject, started, this.lines);
  }

  /**
   * Runs a change that no caller asked for, with its row.
   * @param by what makes it, such as `bootstrap`
   */
  async changeBySystem<T>(
    by: string,
    { action, resourceKind }: { action: string; resourceKind: string },
    work: (audit: AuditChange) => Promise<T>,
  ): Promise<T> {
    const subject = { request: systemRequest(by), action, resourceKind };
    const row = this.change(subject, performance.now());
    try {
      const made = await work(row.audit);
      row.confirm();
      return made;
    } catch (error) {
      if (row.slot) await this.failed(subject, error, null, row.slot);
      throw error;
    }
  }

  succeeded(subject: AuditSubject, durationMs: number): Promise<void> | undefined {
    return this.add(auditRecord(subject, 'success', null, durationMs), subject.request.user);
  }

  /**
   * A handler ran and failed, or refused by itself.
   * @param slot that of a row whose transaction was not committed, as far as is known: if it was, that row stays
   */
  failed(
    subject: AuditSubject,
    error: unknown,
    durationMs: number | null,
    slot?: AuditSlot,
  ): Promise<void> | undefined {
    if (typeof error === 'object' && error !== null) this.recorded.add(error);
    const failure = error instanceof HttpException ? nestError(error) : error;
    const denied = failure instanceof ServiceError && (failure.status === 401 || failure.status === 403);
    const outcome = denied ? 'denied' : 'failure';
    const record = auditRecord(marked(subject, failure), outcome, reasonOf(failure), durationMs);
    return this.add(record, subject.request.user, slot);
  }

  /** A call of a tool, resource or prompt that does not exist. */
  unknown(subject: AuditSubject, reason: 'unknown_tool' | 'not_found'): Promise<void> | undefined {
    return this.add(auditRecord(subject, 'failure', reason, null), subject.request.user);
  }

  /**
   * A caller was refused ahead of the handler. Nothing is recorded for a failure that already was.
   * @param subjectOf what the request was about, asked only for a row that is written
   */
  refused(
    request: CallerRequest,
    error: ServiceError,
    subjectOf: () => AuditSubject | undefined,
  ): Promise<void> | undefined {
    if (!REFUSALS.has(error.status) || this.isRecorded(error)) return undefined;
    const identity = request.user ?? error.options.subject;
    if (!request.user && !this.limiter.mayRecord(request.ip, identity?.keyId)) return undefined;
    const subject = subjectOf() ?? { request, action: 'authenticate' };
    const record = auditRecord(marked(subject, error), 'denied', reasonOf(error), null, identity);
    return this.add(record, identity);
  }

  private add(
    record: AuditRecord,
    identity: { keyName?: string } | undefined,
    slot?: AuditSlot,
  ): Promise<void> | undefined {
    this.lines.print(record, identity?.keyName);
    return this.writer.add(record, slot);
  }

  /** As it is answered, or as the handler threw it. */
  private isRecorded(error: ServiceError): boolean {
    const { cause } = error.options;
    return (
      this.recorded.has(error) || (typeof cause === 'object' && cause !== null && this.recorded.has(cause))
    );
  }
}

const marked = (subject: AuditSubject, error: unknown): AuditSubject =>
  error instanceof ServiceError && ELEVATING.includes(error.code) ? { ...subject, elevated: true } : subject;

function reasonOf(error: unknown): string {
  if (error instanceof ServiceError) return error.options.reason ?? error.code;
  return 'internal_error';
}
