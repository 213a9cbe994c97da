import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { CallerCheck } from '../../access/caller-check.js';
import { AnsweredCall } from './answered-call.js';
import { MAX_TARGETS } from '../events/audit-record.js';
import { idOf } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';
import type { CallSubject } from './call-subject.js';
import { type ChangeRow, setChangeRow } from './change-row.js';
import { RunningCalls } from './running-calls.js';

/**
 * Runs a call that the guards have let in, and leaves its row: its outcome and how long it took. The caller does not wait
 * for the row, with three exceptions: the row of a change of keys or users is part of the change; a tool with an elevated
 * scope runs only after its intent is in the table; and `AUDIT_DURABILITY=wal` has every row on disk before the answer.
 * Whatever asks for an elevated scope runs only for a caller who was read anew.
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

  /** @param work all that the row is to tell of @returns and @throws what `work` does; auditUnavailable */
  async execute(subject: CallSubject, work: () => Promise<unknown>): Promise<unknown> {
    const started = performance.now();
    let change: ChangeRow | undefined;
    let result: unknown;
    const running = this.running.begin(subject);
    try {
      try {
        if (subject.plan.elevated) await this.admitAnew(subject);
        if (!subject.plan.isMcp) {
          change = this.trail.change(subject, started);
          setChangeRow(subject.request, change);
        }
        result = await work();
        this.name(subject, result instanceof AnsweredCall ? result.returned : result);
      } catch (error) {
        await this.trail.failed(subject, error, performance.now() - started, change?.slot);
        throw error;
      }
      if (change?.confirm()) return result;
      await this.trail.succeeded(subject, performance.now() - started);
      return result;
    } finally {
      this.running.end(running);
    }
  }

  private name(subject: CallSubject, returned: unknown): void {
    nameResult(subject, returned);
    if (subject.plan.found) this.nameFound(subject, returned);
  }

  /** By what `@AuditTargets` says. It is there for the row alone, so a fault of it does not fail the call. */
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
   * The guards may go by a key as it was some seconds ago, before another process changed it or its owner. What can do
   * harm runs only for a caller whom the database still knows as one who may; from here on the call is that caller's.
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
      // The handler was given nothing after all.
      delete subject.kept;
      throw refused;
    }
  }
}

/** What was just made is known by the id of what the handler returns. */
function nameResult(subject: CallSubject, result: unknown): void {
  if (subject.resource || !subject.resourceKind) return;
  const id = idOf(result);
  if (id) subject.resource = `${subject.resourceKind}:${id}`;
}
