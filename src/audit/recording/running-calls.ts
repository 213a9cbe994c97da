import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { LinkedList, type ListItem } from '../../common/linked-list.js';
import { sleep } from '../../common/timeouts.js';
import type { AuditSubject } from '../events/audit-record.js';

/** How long a stop waits for running calls. */
const FINISH_MS = 5_000;
const LOOK_MS = 20;

/** A call from its beginning to its row. */
export class RunningCall implements ListItem<RunningCall> {
  previous: RunningCall | undefined;
  next: RunningCall | undefined;

  constructor(readonly subject: AuditSubject) {}
}

/**
 * Tracks the calls that run and have no row yet. A stop waits for them, because some continue after their client disconnected or
 * cancelled them, and their effects need a row as well.
 */
@Injectable()
export class RunningCalls implements OnModuleDestroy {
  private readonly logger = new Logger(RunningCalls.name);
  private readonly running = new LinkedList<RunningCall>();
  private last: AuditSubject | undefined;

  begin(subject: AuditSubject): RunningCall {
    const call = new RunningCall(subject);
    this.running.add(call);
    return call;
  }

  end(call: RunningCall): void {
    this.running.remove(call);
    this.last = call.subject;
  }

  get size(): number {
    return this.running.size;
  }

  /** The distinct names of the running calls, such as `tool documents_get`. */
  names(): string[] {
    return [...new Set([...this.running].map(({ subject }) => wordsOf(subject)))];
  }

  /** The name of the call that ended last. */
  lastName(): string | undefined {
    return this.last && wordsOf(this.last);
  }

  /** Runs before the audit is drained and the database is closed. */
  async onModuleDestroy(): Promise<void> {
    const deadline = Date.now() + FINISH_MS;
    while (this.running.size > 0 && Date.now() < deadline) await sleep(LOOK_MS);
    if (this.running.size > 0)
      this.logger.error(
        `${this.running.size} calls still run (${this.names().join(', ')}): they leave no row of how they end`,
      );
  }
}

const wordsOf = ({ action, tool, resource }: AuditSubject): string =>
  tool == null ? [action, resource].filter(Boolean).join(' ') : `tool ${tool}`;
