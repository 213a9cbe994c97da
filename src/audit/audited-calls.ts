import { Injectable } from '@nestjs/common';
import { type CallSubject, idOf } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';
import { type ChangeRow, setChangeRow } from './change-row.js';
import { RunningCalls } from './running-calls.js';

/**
 * Runs a call that the guards have let in, and leaves its row: its outcome and how long it took. The caller does not wait
 * for the row, with three exceptions: the row of a change of keys or users is part of the change; a tool with an elevated
 * scope runs only after its intent is in the table; and `AUDIT_DURABILITY=wal` has every row on disk before the answer.
 */
@Injectable()
export class AuditedCalls {
  constructor(
    private readonly trail: AuditTrail,
    private readonly running: RunningCalls,
  ) {}

  /** @param work all that the row is to tell of @returns and @throws what `work` does; auditUnavailable */
  async run(subject: CallSubject, work: () => Promise<unknown>): Promise<unknown> {
    const started = performance.now();
    let change: ChangeRow | undefined;
    let result: unknown;
    this.running.begin();
    try {
      try {
        if (subject.plan.needsIntent) await this.leaveIntent(subject);
        if (!subject.plan.isMcp) {
          change = this.trail.change(subject, started);
          setChangeRow(subject.request, change);
        }
        result = await work();
      } catch (error) {
        await this.trail.failed(subject, error, performance.now() - started, change?.slot);
        throw error;
      }
      if (change?.settle()) return result;
      nameResult(subject, result);
      await this.trail.succeeded(subject, performance.now() - started);
      return result;
    } finally {
      this.running.end();
    }
  }

  private async leaveIntent(subject: CallSubject): Promise<void> {
    const intent = await this.trail.intends(subject);
    subject.metadata = { ...subject.metadata, intent };
  }
}

/** What was just made is known by the id of what the handler returns. */
function nameResult(subject: CallSubject, result: unknown): void {
  if (subject.resource || !subject.resourceKind) return;
  const id = idOf(result);
  if (id) subject.resource = `${subject.resourceKind}:${id}`;
}
