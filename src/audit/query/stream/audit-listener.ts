import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { ADDED_CHANNEL } from '../../writer/audit-insert.js';

/** Rows that were committed together. */
export interface AddedRun {
  nodeId: string;
  first: number;
  last: number;
}

interface RunListener {
  added: (run: AddedRun) => void;
  /** Connected again: what was committed meanwhile was not heard. */
  reconnected: () => void;
}

const RUN = /^([0-9a-f-]{36}) (\d+) (\d+)$/;
const PROBE_MS = 15_000;
const ANSWER_MS = 5_000;
const RETRY_MS = { first: 100, most: 5_000 };

/**
 * Hears from PostgreSQL of the rows that any replica has committed, on a connection of its own, while somebody wants to
 * know. A lost connection is made anew.
 */
@Injectable()
export class AuditListener {
  private readonly logger = new Logger(AuditListener.name);
  private listener: RunListener | undefined;
  private client: Client | undefined;
  private opening: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retryMs = RETRY_MS.first;
  private wasLost = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns once it hears. */
  async open(hearer: RunListener): Promise<void> {
    this.listener = hearer;
    if (!this.client) await this.connectOnce();
  }

  close(): void {
    this.listener = undefined;
    this.wasLost = false;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.drop(this.client);
  }

  private connectOnce(): Promise<void> {
    this.opening ??= this.connect().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: (this.dataSource.options as { url?: string }).url,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ payload = '' }) => this.handleNotification(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${ADDED_CHANNEL}`);
    } catch (error) {
      this.drop(client);
      throw error;
    }
    if (!this.listener) return this.drop(client);
    this.client = client;
    this.retryMs = RETRY_MS.first;
    this.later(() => this.probe(client), PROBE_MS);
    if (this.wasLost) this.listener.reconnected();
    this.wasLost = false;
  }

  private handleNotification(payload: string): void {
    const [, nodeId, first, last] = RUN.exec(payload) ?? [];
    if (nodeId) this.listener?.added({ nodeId, first: Number(first), last: Number(last) });
  }

  /** A connection may die without a word: who only listens would never learn of it. */
  private async probe(client: Client): Promise<void> {
    try {
      await client.query('SELECT 1');
      if (this.client === client) this.later(() => this.probe(client), PROBE_MS);
    } catch {
      this.lost(client);
    }
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.drop(client);
    if (!this.listener) return;
    this.wasLost = true;
    this.logger.warn('The connection that hears of new audit rows was lost');
    this.later(() => this.reconnect(), this.retryMs);
  }

  private async reconnect(): Promise<void> {
    try {
      await this.connectOnce();
    } catch {
      this.retryMs = Math.min(this.retryMs * 2, RETRY_MS.most);
      if (this.listener) this.later(() => this.reconnect(), this.retryMs);
    }
  }

  private drop(client: Client | undefined): void {
    if (this.client === client) this.client = undefined;
    client?.end().catch(() => undefined);
  }

  private later(work: () => Promise<void>, ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void work(), ms).unref();
  }
}
