import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { ADDED_CHANNEL } from '../../writer/audit-insert.js';
import { Backoff } from '../../../common/backoff.js';
import { SingleFlight } from '../../../common/single-flight.js';
import { ConnectionProbe, dedicatedClient, openClient } from '../../../database/dedicated-connection.js';

/** Rows that were committed together. */
export interface AddedRun {
  nodeId: string;
  first: number;
  last: number;
}

interface RunListener {
  added: (run: AddedRun) => void;
  /** The connection is back; nothing was learned of the rows that were committed meanwhile. */
  reconnected: () => void;
}

const RUN = /^([0-9a-f-]{36}) (\d+) (\d+)$/;
const PROBE_MS = 15_000;
const RETRY_MS = { first: 100, most: 5_000 };

/**
 * Learns from PostgreSQL of the rows that any replica has committed, on a connection of its own, while there is a listener. A
 * lost connection is opened again.
 */
@Injectable()
export class AuditListener {
  private readonly logger = new Logger(AuditListener.name);
  private readonly opening = new SingleFlight(() => this.connect());
  private readonly retry = new Backoff(RETRY_MS);
  private readonly probe = new ConnectionProbe(PROBE_MS);
  private listener: RunListener | undefined;
  private client: Client | undefined;
  private wasLost = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns once it listens. */
  async open(listener: RunListener): Promise<void> {
    this.listener = listener;
    if (!this.client) await this.opening.join();
  }

  close(): void {
    this.listener = undefined;
    this.wasLost = false;
    this.retry.stop();
    this.retry.succeeded();
    this.drop(this.client);
  }

  private async connect(): Promise<void> {
    const client = dedicatedClient(this.dataSource, { onLost: (lost) => this.lost(lost) });
    client.on('notification', ({ payload = '' }) => this.handleNotification(payload));
    try {
      await openClient(client);
      await client.query(`LISTEN ${ADDED_CHANNEL}`);
    } catch (error) {
      this.drop(client);
      throw error;
    }
    if (!this.listener) return this.drop(client);
    this.client = client;
    this.retry.succeeded();
    // A session that only listens would never learn that its connection is gone.
    this.probe.watch(
      () => client.query('SELECT 1'),
      () => this.lost(client),
    );
    if (this.wasLost) this.listener.reconnected();
    this.wasLost = false;
  }

  private handleNotification(payload: string): void {
    const [, nodeId, first, last] = RUN.exec(payload) ?? [];
    if (nodeId) this.listener?.added({ nodeId, first: Number(first), last: Number(last) });
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.drop(client);
    if (!this.listener) return;
    this.wasLost = true;
    this.logger.warn('The connection that listens for new audit rows was lost');
    this.retry.failed(() => void this.reconnect());
  }

  private async reconnect(): Promise<void> {
    try {
      await this.opening.join();
    } catch {
      if (this.listener) this.retry.failed(() => void this.reconnect());
    }
  }

  private drop(client: Client | undefined): void {
    if (this.client === client) {
      this.client = undefined;
      this.probe.stop();
    }
    client?.end().catch(() => undefined);
  }
}
