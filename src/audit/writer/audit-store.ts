import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { isDataError } from '../../database/database-errors.js';
import { Interests } from '../../coherence/interests.js';
import { announceRuns } from './announce-runs.js';
import {
  type AddedEvents,
  insertAuditEvents,
  insertPrepared,
  type PreparedEvents,
  prepareEvents,
} from './audit-insert.js';
import type { QueuedEvent } from '../events/audit-row.js';

const BATCH_ROWS = 500;
/** How many more rows a node may have accepted than it had noted on disk. */
const UNNOTED_ROWS = 100_000;

/** Writes rows to the table and notifies the listeners of what was committed. */
@Injectable()
export class AuditStore {
  private readonly logger = new Logger(AuditStore.name);
  private readonly listeners: ((added: AddedEvents) => void)[] = [];
  private refusedRows = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly interests: Interests,
  ) {}

  /** Rows that PostgreSQL rejected even without their texts. It must stay 0. */
  get refused(): number {
    return this.refusedRows;
  }

  onAdded(listener: (added: AddedEvents) => void): void {
    this.listeners.push(listener);
  }

  /** Writes any number of rows. A row that exists already stays as it is. @throws while PostgreSQL is unavailable */
  async write(events: readonly QueuedEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += BATCH_ROWS)
      await this.writeBatch(prepareEvents(events.slice(from, from + BATCH_ROWS)));
  }

  /** Writes one batch in one statement. @throws while PostgreSQL is unavailable */
  async writeBatch(prepared: PreparedEvents): Promise<void> {
    try {
      this.notify(await insertPrepared(this.dataSource, prepared, this.interests.has('audit')));
    } catch (error) {
      if (!isOfRow(error)) throw error;
      for (const event of prepared.events) await this.writeOne(event);
    }
  }

  /** Writes a row as part of a transaction. Call {@link notify} after the commit. */
  writeWith(manager: EntityManager, event: QueuedEvent): Promise<AddedEvents> {
    return insertAuditEvents(manager, [event], this.interests.has('audit'));
  }

  /** Writes a row in its own transaction, after a check in the same transaction. @param event called once the check has passed */
  async writeAfter(
    admit: (manager: EntityManager) => Promise<void>,
    event: () => QueuedEvent,
  ): Promise<void> {
    this.notify(
      await this.dataSource.transaction(async (manager) => {
        await admit(manager);
        return this.writeWith(manager, event());
      }),
    );
  }

  /** Notifies the listeners of this process, and those that began to listen elsewhere while the rows were written. */
  notify(added: AddedEvents): void {
    if (added.events.length === 0) return;
    for (const listener of this.listeners) listener(added);
    if (added.told || !this.interests.has('audit')) return;
    announceRuns(this.dataSource, added.events).catch((error: unknown) =>
      this.logger.warn(`Streams miss ${added.events.length} rows: ${String(error)}`),
    );
  }

  /**
   * Counts the rows of a node in the table and finds its highest plausible number. Anyone with the right to insert rows could
   * make up a high number.
   * @param accepted how many rows the node had noted; after a machine crash it may have accepted more
   */
  async progressOf(nodeId: string, accepted: number): Promise<{ rows: number; last: number }> {
    const [progress] = await this.dataSource.query<{ rows: number; last: number }[]>(
      `SELECT (SELECT count(*) FROM audit_events WHERE node_id = $1)::float8 AS rows,
              coalesce((SELECT max(node_seq) FROM audit_events WHERE node_id = $1 AND node_seq <= greatest(
                $2::bigint, (SELECT count(*) FROM audit_events WHERE node_id = $1)) + $3::bigint), 0)::float8 AS last`,
      [nodeId, accepted, UNNOTED_ROWS],
    );
    return progress!;
  }

  /** The ids of those rows that are in the table. */
  async among(events: readonly QueuedEvent[]): Promise<Set<string>> {
    const found = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM audit_events JOIN unnest($1::uuid[], $2::timestamptz[]) AS asked (id, occurred_at)
       USING (id, occurred_at)`,
      [events.map(({ id }) => id), events.map(({ occurredAt }) => occurredAt)],
    );
    return new Set(found.map(({ id }) => id));
  }

  /** Writes a row that PostgreSQL rejects without its texts, so that it neither blocks the others nor leaves a gap. */
  private async writeOne(event: QueuedEvent): Promise<void> {
    try {
      this.notify(await insertAuditEvents(this.dataSource, [event], this.interests.has('audit')));
    } catch (error) {
      if (!isOfRow(error)) throw error;
      this.logger.error(`audit row ${event.id} was refused: ${String(error)}; ${JSON.stringify(event)}`);
      await this.writeBare(event);
    }
  }

  private async writeBare(event: QueuedEvent): Promise<void> {
    const texts = {
      userName: null,
      reason: null,
      resource: null,
      targets: [],
      ip: null,
      userAgent: null,
      requestId: null,
    };
    const bare = { ...event, ...texts, traceId: null, metadata: { refused: true } };
    try {
      this.notify(await insertAuditEvents(this.dataSource, [bare], this.interests.has('audit')));
    } catch (error) {
      if (!isOfRow(error)) throw error;
      this.refusedRows++;
    }
  }
}

/** Whether the row itself causes the error, and not the connection, so that the other rows can be written. */
const isOfRow = (error: unknown): boolean => isDataError(error) || error instanceof TypeError;
