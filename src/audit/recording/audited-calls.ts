import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { CallerCheck } from '../../access/caller-check.js';
import type { HandlerOutcome } from './handler-outcome.js';
import { MAX_TARGETS } from '../events/audit-record.js';
import { idOf } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';
import type { CallSubject } from './call-subject.js';
import { type ChangeRow, setChangeRow } from './change-row.js';
import { RunningCalls } from './running-calls.js';

/**
 * Runs a call that the guards admitted, and records its outcome and duration. The caller does not wait for the row, with three
 * exceptions. The row of a change of keys or users is part of the change. A tool with an elevated scope runs only after its
 * intent is in the table. `AUDIT_DURABILITY=wal` has every row on disk before the answer. A handler with an elevated scope runs
 * only after its caller was read from the database again.
 */
@Injectable()
export class AuditedCalls {
  private readonly logger = new Logger(AuditedCalls.name);

  constructor(
    private readonly trail: AuditTrail,
    private readonly running: RunningCalls,
    private readonly callers: CallerCheck,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** @param work the call itself @returns the result of `work` @throws the error of `work`; auditUnavailable */
  async execute<T>(subject: CallSubject, work: () => Promise<HandlerOutcome<T>>): Promise<HandlerOutcome<T>> {
    const started = performance.now();
    let change: ChangeRow | undefined;
    let outcome: HandlerOutcome<T>;
    const running = this.running.begin(subject);
    try {
      try {
        if (subject.plan.elevated) await this.admitAnew(subject);
        if (!subject.plan.isMcp) {
          change = this.trail.change(subject, started);
          setChangeRow(subject.request, change);
        }
        outcome = await work();
        this.name(subject, outcome.returned);
      } catch (error) {
        await this.trail.failed(subject, error, performance.now() - started, change?.slot);
        throw error;
      }
      if (change?.confirm()) return outcome;
      await this.trail.succeeded(subject, performance.now() - started);
      return outcome;
    } finally {
      this.running.end(running);
    }
  }

  private name(subject: CallSubject, returned: unknown): void {
    nameResult(subject, returned);
    if (subject.plan.found) this.nameFound(subject, returned);
  }

  /** Names the targets by `@AuditTargets`. It serves the row alone, so an error in it does not fail the call. */
  private nameFound(subject: CallSubject, result: unknown): void {
    const { plan, resourceKind } = subject;
    try {
      const ids = plan.found!(result as never);
      const kind = resourceKind === undefined ? '' : `${resourceKind}:`;
      subject.targets = ids.slice(0, MAX_TARGETS).map((id) => `${kind}${id}`);
      subject.metadata = { ...subject.metadata, count: ids.length };
    } catch (error) {
      this.logger.warn(`${subject.tool ?? plan.action}: its result has no targets: ${String(error)}`);
    }
  }

  /**
   * Reads the caller again before a call with an elevated scope. The guards may have used a cached key that another process has
   * changed since. From here on, the call has the caller as the database knows them.
   */
  private async admitAnew(subject: CallSubject): Promise<void> {
    const { request, plan } = subject;
    const by = { caller: request.user!, ip: request.ip, scopes: plan.scopes };
    const admit = async (manager: EntityManager) => {
      request.user = await this.callers.present(by, manager);
    };
    if (!plan.isMcp) return admit(this.dataSource.manager);
    try {
      const intent = await this.trail.intends(subject, admit);
      subject.metadata = { ...subject.metadata, intent };
    } catch (refused) {
      // The handler received no input after all.
      delete subject.kept;
      throw refused;
    }
  }
}

/** Names a resource that the call created, by the id of what the handler returns. */
function nameResult(subject: CallSubject, result: unknown): void {
  if (subject.resource || !subject.resourceKind) return;
  const id = idOf(result);
  if (id) subject.resource = `${subject.resourceKind}:${id}`;
}
