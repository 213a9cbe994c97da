import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

/** The most clients that registered themselves and that nobody has asked for. Anybody can register one. */
export const MAX_IDLE = 1_000;
const SWEEP_MS = 15 * 60_000;

/** It came by itself, and nobody has agreed to it. */
const UNUSED = `c.reference_id IS NULL AND c.agent_id IS NULL
  AND NOT EXISTS (SELECT FROM oauth_consents g WHERE g.client_id = c.client_id)`;

/** It registered itself, and nobody who is signed in has asked for it, either. */
const IDLE = `SELECT c.id, c.created_at FROM oauth_clients c WHERE ${UNUSED} AND c.client_discovery_id IS NULL
  AND NOT EXISTS (SELECT FROM oauth_client_decisions d WHERE d.client_id = c.client_id)`;

/** A person who is just connecting a program needs it, so it stays for an hour. */
const MAKE_ROOM = `
  DELETE FROM oauth_clients WHERE id IN (
    SELECT id FROM (${IDLE}) AS idle WHERE created_at < now() - interval '1 hour'
    ORDER BY created_at LIMIT greatest((SELECT count(*) FROM (${IDLE}) AS all_idle) - $1, 0)
  )`;

/** What is over, or was never used. An access token that was noted to have ended has expired, and a waiting decision waits for nobody. */
const SWEPT = [
  'DELETE FROM oauth_ended_tokens WHERE expires_at < now()',
  'DELETE FROM oauth_client_assertions WHERE expires_at < now()',
  // A program that polls hears first that its code has expired.
  `DELETE FROM oauth_device_codes WHERE expires_at < now() - interval '10 minutes'`,
  'DELETE FROM oauth_refresh_tokens WHERE expires_at < now()',
  // A document is read again when somebody connects its client, and the row is written then.
  `DELETE FROM oauth_clients c WHERE ${UNUSED} AND c.created_at < now() - interval '30 days'
   AND (c.client_discovery_id IS NULL OR c.updated_at < now() - interval '30 days') AND NOT EXISTS (
     SELECT FROM oauth_client_decisions d WHERE d.client_id = c.client_id AND d.state <> 'pending'
   )`,
  `DELETE FROM oauth_client_decisions d
   WHERE d.state = 'pending' AND d.created_at < now() - interval '1 hour'
     AND NOT EXISTS (SELECT FROM oauth_clients c WHERE c.client_id = d.client_id)`,
];

/** Bounds what clients leave behind that come by themselves, and deletes now and then what is over. */
@Injectable()
export class RegisteredClients implements OnModuleDestroy {
  private readonly logger = new Logger(RegisteredClients.name);
  private readonly timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * Makes room for one more client: the oldest that nobody has asked for goes. So whoever registers many keeps nobody out for long,
   * and takes no client away that somebody is just connecting.
   * @returns whether there is room. There is none while as many have registered within the last hour as may stay.
   */
  async makeRoom(max = MAX_IDLE): Promise<boolean> {
    await this.dataSource.query(MAKE_ROOM, [max - 1]);
    const [row] = await this.dataSource.query<{ idle: string }[]>(
      `SELECT count(*) AS idle FROM (${IDLE}) AS idle`,
    );
    return Number(row!.idle) < max;
  }

  /** Deletes what is over. It never throws; what is left after a failure is deleted the next time. */
  async sweep(): Promise<void> {
    try {
      for (const sql of SWEPT) await this.dataSource.query(sql);
    } catch (error) {
      this.logger.warn(`What is over of OAuth waits for the next try: ${String(error)}`);
    }
  }
}
