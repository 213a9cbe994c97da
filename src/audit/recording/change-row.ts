import { createParamDecorator } from '@nestjs/common';
import { Attachment } from '../../common/attachment.js';
import { type CallerRequest, requestOf } from '../../access/caller.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { isDatabaseAway } from '../../database/database-errors.js';
import { auditUnavailable } from '../../errors/service-error.js';
import type { AddedEvents } from '../writer/audit-insert.js';
import type { DevelopmentLog } from './development-log.js';
import { auditRecord, type AuditSubject } from '../events/audit-record.js';
import type { AuditWriter } from '../writer/audit-writer.js';
import type { AuditSlot, AuditRecord } from '../events/audit-row.js';

/** What a change was about, known once it is made. */
export interface Changed {
  id: string;
  /** The ids of other rows that it changed. */
  others?: readonly string[];
  metadata?: Record<string, unknown>;
}

/** Makes the hook that writes the audit row in the transaction of a change. */
export type AuditChange = <T>(about: (made: T) => Changed) => InTransaction<T>;

export type ChangeSubject = AuditSubject & { resourceKind: string | undefined };

/**
 * The row of a change of keys or users, which is committed with the change or not at all. Its number is reserved when the
 * transaction writes it. After a rollback, the row of the failure gets that number. Where the outcome of the commit is unknown,
 * both are inserted with the same id and PostgreSQL keeps the first.
 */
export class ChangeRow {
  private taken: AuditSlot | undefined;
  private written: { record: AuditRecord; added: AddedEvents } | undefined;

  constructor(
    private readonly writer: AuditWriter,
    private readonly subject: ChangeSubject,
    private readonly started: number,
    private readonly lines: DevelopmentLog,
    private readonly count: (record: AuditRecord) => void,
  ) {}

  /** The slot that the row of a failure must take over. */
  get slot(): AuditSlot | undefined {
    return this.taken;
  }

  readonly audit: AuditChange = (about) => async (manager, made) => {
    this.taken ??= this.writer.reserve();
    const record = auditRecord(this.about(about(made)), 'success', null, performance.now() - this.started);
    try {
      this.written = { record, added: await this.writer.addWith(manager, record, this.taken) };
    } catch (error) {
      throw isDatabaseAway(error) ? error : auditUnavailable(error);
    }
  };

  /** Call it after the change was committed. @returns whether its row was written with it */
  confirm(): boolean {
    if (!this.written) return false;
    this.writer.committed(this.written.added);
    this.count(this.written.record);
    this.lines.print(this.written.record);
    return true;
  }

  private about({ id, others = [], metadata = {} }: Changed): AuditSubject {
    const { resourceKind = 'resource', resource, targets = [] } = this.subject;
    const name = (one: string) => `${resourceKind}:${one}`;
    return {
      ...this.subject,
      resource: resource ?? name(id),
      targets: [name(id), ...targets, ...others.map(name)],
      metadata: { ...this.subject.metadata, ...metadata },
    };
  }
}

const rows = new Attachment<ChangeRow>();

export const setChangeRow = (request: CallerRequest, row: ChangeRow) => rows.set(request, row);

/**
 * Injects the {@link AuditChange} of a REST handler that changes keys or users. Pass the hook it makes to the service, which runs
 * it in the transaction of the change.
 *
 * @example
 * ```ts
 * update(@Param('id') id: string, @Body() changes: UpdateUserDto, @AuditedChange() audit: AuditChange) {
 *   return this.users.update(id, changes, audit((user) => ({ id: user.id, metadata: { changes } })));
 * }
 * ```
 */
export const AuditedChange = createParamDecorator((_: unknown, context): AuditChange => {
  const row = rows.get(requestOf(context));
  if (!row) throw new Error('@AuditedChange() is for REST handlers that declare scopes');
  return row.audit;
});
