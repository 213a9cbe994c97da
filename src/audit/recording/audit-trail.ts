import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CallerRequest } from '../../access/caller.js';
import type { ErrorCode } from '../../errors/error-codes.js';
import { knownError } from '../../errors/known-error.js';
import { auditUnavailable, type KeySubject, ServiceError } from '../../errors/service-error.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { DevelopmentLog } from './development-log.js';
import { auditRecord, type AuditSubject } from '../events/audit-record.js';
import { AuditWriter } from '../writer/audit-writer.js';
import { CallCounts } from './call-counts.js';
import { KeyActivity } from './key-activity.js';
import { type AuditChange, ChangeRow, type ChangeSubject } from './change-row.js';
import type { AuditSlot, AuditRecord } from '../events/audit-row.js';

/** The statuses of refusals, after which the handler did not run. */
const REFUSALS = new Set([401, 403, 429]);
/** Returns whether a guard refused the call. */
const isRefusal = ({ status, code }: ServiceError): boolean =>
  REFUSALS.has(status) || code === 'call_stopped';
/** Errors that make a row elevated whatever the scopes are, because somebody should look at them. */
const ELEVATING: readonly unknown[] = ['resource_blocked', 'secret_in_result'] satisfies ErrorCode[];

const systemRequest = (by: string): CallerRequest => ({
  id: `system:${by}`,
  ip: '',
  method: '',
  url: '',
  headers: {},
});

/**
 * Records the outcome of calls for the interceptor and the exception filter, each failure once. Await a returned promise before the
 * caller is answered: see {@link AuditWriter.add}.
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
    private readonly counts: CallCounts,
    private readonly activity: KeyActivity,
  ) {}

  hasRoom(): boolean {
    return this.writer.hasRoom();
  }

  /** @throws auditUnavailable where the call could not be recorded and must not run */
  async waitForRoom(): Promise<true> {
    if (await this.writer.waitForRoom()) return true;
    throw auditUnavailable();
  }

  /**
   * Writes the intent of a call to the table before the call runs.
   * @param admit runs before it in the same transaction; where it throws, there is no intent
   * @returns the id of that row
   * @throws the error of `admit`; auditUnavailable where PostgreSQL does not take the row
   */
  async intends(subject: AuditSubject, admit: (manager: EntityManager) => Promise<void>): Promise<string> {
    const record = auditRecord({ ...subject, action: `${subject.action}:intent` }, 'pending', null, null);
    const print = () => this.lines.print(record);
    try {
      const { id } = await this.writer.addNow(record, admit);
      print();
      return id;
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      // The row is queued for PostgreSQL nevertheless.
      print();
      throw auditUnavailable(error);
    }
  }

  /** Makes the row of a change of keys or users, which the transaction of the change writes. */
  change(subject: ChangeSubject, started: number): ChangeRow {
    return new ChangeRow(this.writer, subject, started, this.lines, (record) => {
      this.counts.record(record);
      this.activity.note(record, subject.request.user);
    });
  }

  /**
   * Runs a change that no caller requested, and records it.
   * @param by the part of the service that makes the change, such as `bootstrap`
   */
  changeBySystem<T>(
    by: string,
    { action, resourceKind }: { action: string; resourceKind: string },
    work: (audit: AuditChange) => Promise<T>,
  ): Promise<T> {
    return this.changeBy({ request: systemRequest(by), action, resourceKind }, work);
  }

  /** Runs a change that a request asked for which no guard has checked, such as that of a form, and records it. */
  async changeBy<T>(subject: ChangeSubject, work: (audit: AuditChange) => Promise<T>): Promise<T> {
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
   * Records that a handler failed or refused the call itself.
   * @param slot the slot of a row whose transaction was probably not committed; if it was, that row stays
   */
  failed(
    subject: AuditSubject,
    error: unknown,
    durationMs: number | null,
    slot?: AuditSlot,
  ): Promise<void> | undefined {
    if (typeof error === 'object' && error !== null) this.recorded.add(error);
    // Whatever a handler throws leaves a row, also a value that cannot be read.
    const failure = knownError(error);
    const denied = failure?.status === 401 || failure?.status === 403;
    const outcome = denied ? 'denied' : 'failure';
    this.counts.error(failure?.code ?? 'internal_error', failure);
    const record = auditRecord(marked(subject, failure), outcome, reasonOf(failure), durationMs);
    return this.add(record, subject.request.user, slot);
  }

  /**
   * Records what became of a request that is not the call of a handler, such as a sign-in.
   * @param identity whom it was about, where that is known
   */
  attempted(
    subject: AuditSubject,
    outcome: 'success' | 'denied',
    reason: string | null,
    identity: KeySubject | undefined,
  ): Promise<void> | undefined {
    const { ip } = subject.request;
    if (outcome === 'denied' && !this.limiter.mayRecord(ip, identity?.userId)) return undefined;
    const record = auditRecord(subject, outcome, reason, null, identity);
    this.lines.print(record);
    return this.writer.add(record);
  }

  /** Records a call of a tool, resource or prompt that does not exist. */
  unknown(subject: AuditSubject, reason: 'unknown_tool' | 'not_found'): Promise<void> | undefined {
    return this.add(auditRecord(subject, 'failure', reason, null), subject.request.user);
  }

  /**
   * Records that a caller was refused before the handler ran. A failure that is recorded already is not recorded again.
   * @param subjectOf what the request is about; it is called only for a row that is written
   */
  refused(
    request: CallerRequest,
    error: ServiceError,
    subjectOf: () => AuditSubject | undefined,
  ): Promise<void> | undefined {
    if (this.isRecorded(error)) return undefined;
    this.counts.error(error.code, error);
    if (!isRefusal(error)) return undefined;
    const identity = request.user ?? error.options.subject;
    if (!request.user && !this.limiter.mayRecord(request.ip, identity?.keyId ?? identity?.userId)) {
      this.counts.call(null, 'denied', null);
      this.activity.noteRefusal(request.ip, identity);
      return undefined;
    }
    const subject = subjectOf() ?? { request, action: 'authenticate' };
    const record = auditRecord(marked(subject, error), 'denied', reasonOf(error), null, identity);
    if (!identity) this.activity.noteRefusal(request.ip, undefined);
    return this.add(record, identity);
  }

  /**
   * Records what a part of the service noticed by itself. It is no call, so it is counted nowhere.
   * @param about the key that it concerns, or the address where no key is known
   */
  noticed(
    by: string,
    what: { action: string; resource: string; metadata: Record<string, unknown> },
    about: { key?: KeySubject; ip?: string },
  ): Promise<void> | undefined {
    const request = { ...systemRequest(by), ip: about.ip ?? '' };
    const record = auditRecord({ request, ...what }, 'success', null, null, about.key);
    this.lines.print(record);
    return this.writer.add(record);
  }

  private add(
    record: AuditRecord,
    identity: KeySubject | undefined,
    slot?: AuditSlot,
  ): Promise<void> | undefined {
    this.counts.record(record);
    this.activity.note(record, identity);
    this.lines.print(record);
    return this.writer.add(record, slot);
  }

  /** Whether the error, or the handler's error that it wraps, is recorded already. */
  private isRecorded(error: ServiceError): boolean {
    const { cause } = error.options;
    return (
      this.recorded.has(error) || (typeof cause === 'object' && cause !== null && this.recorded.has(cause))
    );
  }
}

const marked = (subject: AuditSubject, error: ServiceError | undefined): AuditSubject =>
  error && ELEVATING.includes(error.code) ? { ...subject, elevated: true } : subject;

const reasonOf = (error: ServiceError | undefined): string =>
  error ? (error.options.reason ?? error.code) : 'internal_error';
