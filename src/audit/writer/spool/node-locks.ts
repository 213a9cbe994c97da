import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { Backoff } from '../../../common/backoff.js';
import { SingleFlight } from '../../../common/single-flight.js';
import { ConnectionProbe, dedicatedClient, openClient } from '../../../database/dedicated-connection.js';

const PROBE_MS = 10_000;
const CLOSING = 'The locks of the nodes are closed';
const RETRY_MS = { first: 100, most: 5_000 };

/** The name of the session in `pg_stat_activity`. */
export const SESSION_NAME = 'bouncer audit node';
/** Lets the server notice within a minute that the machine of a process is gone. */
const KEEPALIVE =
  'SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3';

/** An SQL expression for the number of a node's advisory lock. */
export const LOCK_OF_NODE = `hashtextextended('audit node ' || $1, 0)`;
const TRY = `SELECT pg_try_advisory_lock(${LOCK_OF_NODE}) AS done`;
const UNLOCK = `SELECT pg_advisory_unlock(${LOCK_OF_NODE}) AS done`;
/** Process ids are reused, so the session is identified together with its start time. */
const ITSELF = `SELECT pid || ' ' || backend_start AS session FROM pg_stat_activity WHERE pid = pg_backend_pid()`;
const HOLDER = `
  SELECT held.pid, held.pid || ' ' || activity.backend_start AS session
  FROM pg_locks AS held LEFT JOIN pg_stat_activity AS activity USING (pid)
  WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (held.classid::bigint << 32 | held.objid::bigint) = ${LOCK_OF_NODE}`;
const CLOSED = 'SELECT EXISTS (SELECT FROM audit_seals WHERE node_id = $1 AND closed) AS done';

interface OwnNode {
  id: string;
  isThere: () => Promise<boolean>;
  onTaken: () => void;
  /** Whether the lock was held before. Another process may have held it in between and be done already. */
  wasHeld: boolean;
}

/**
 * Holds an advisory lock in PostgreSQL for each node, in addition to the lock in its folder, which does not reach other machines
 * and can be removed. The lock of this process's own node is held until the process ends. The locks of other nodes are held while
 * their rows are replayed and their chain is closed. All are on one connection, because a lock ends with its connection.
 */
@Injectable()
export class NodeLocks implements OnApplicationShutdown {
  private readonly logger = new Logger(NodeLocks.name);
  private readonly held = new Set<string>();
  /** All sessions of this process. PostgreSQL may still count one as alive whose connection was lost here. */
  private readonly sessions = new Set<string>();
  private readonly retry = new Backoff(RETRY_MS);
  private readonly alone = pLimit(1);
  /** A connection runs one statement at a time. */
  private readonly inTurn = pLimit(1);
  private own: OwnNode | undefined;
  private client: Client | undefined;
  private readonly opening = new SingleFlight(() => this.connect());
  private connecting: Client | undefined;
  private readonly probe = new ConnectionProbe(PROBE_MS);
  private isClosed = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** How many connections there have been. An observation on one says nothing about the time before the next. */
  get session(): number {
    return this.sessions.size;
  }

  /**
   * Holds the lock of this process's node from now on and takes it again after each lost connection. It never throws: while
   * PostgreSQL is unavailable, no other process can take the lock either.
   * @param isThere whether the node's folder still belongs to it
   * @param onTaken called when another process has, or had, the lock
   */
  async hold(id: string, isThere: () => Promise<boolean>, onTaken: () => void): Promise<void> {
    this.own = { id, isThere, onTaken, wasHeld: false };
    await this.secure();
  }

  /** Takes the lock of another node. @returns whether this process holds it @throws while PostgreSQL is unavailable */
  take(nodeId: string): Promise<boolean> {
    // PostgreSQL counts how often a session took a lock, so it is taken only once.
    return this.alone(async () => {
      const client = await this.connected();
      if (this.held.has(nodeId)) return true;
      const done = await this.ask(client, TRY, nodeId);
      if (done && this.client === client) this.held.add(nodeId);
      return this.held.has(nodeId);
    });
  }

  /** Whether nobody holds the lock, without taking it. @throws while PostgreSQL is unavailable */
  async isFree(nodeId: string): Promise<boolean> {
    const holders = await this.query(await this.connected(), HOLDER, nodeId);
    return holders.length === 0;
  }

  async release(nodeId: string): Promise<void> {
    if (!this.held.delete(nodeId) || !this.client) return;
    // A lock that cannot be released ends with its connection.
    await this.ask(this.client, UNLOCK, nodeId).catch(() => this.client && this.lost(this.client));
  }

  /** Releases all locks for good. A connection that is being opened is ended too. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.own = undefined;
    this.retry.end();
    this.probe.stop();
    const open = [this.client, this.connecting];
    this.client = undefined;
    this.held.clear();
    await Promise.allSettled([...open.map((client) => client?.end()), this.opening.current]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private connected(): Promise<Client> {
    if (this.client) return Promise.resolve(this.client);
    if (this.isClosed) return Promise.reject(new Error(CLOSING));
    return this.opening.join();
  }

  private async connect(): Promise<Client> {
    const client = dedicatedClient(this.dataSource, {
      name: SESSION_NAME,
      onLost: (lost) => this.lost(lost),
    });
    this.connecting = client;
    try {
      await openClient(client);
      await client.query(KEEPALIVE);
      const { rows } = await client.query<{ session: string }>(ITSELF);
      this.sessions.add(rows[0]!.session);
      if (this.isClosed) throw new Error(CLOSING);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    } finally {
      this.connecting = undefined;
    }
    this.client = client;
    this.probe.watch(
      () => this.query(client, 'SELECT 1'),
      () => this.lost(client),
    );
    return client;
  }

  /** Takes the lock of this process's node, and tries again later where that fails. */
  private async secure(): Promise<void> {
    const { own } = this;
    if (!own) return;
    try {
      const client = await this.connected();
      const isOurs = this.held.has(own.id) || (await this.seize(client, own));
      if (this.own !== own) return;
      if (isOurs) this.retry.succeeded();
      else this.isTaken(own);
    } catch (error) {
      if (this.isClosed) return;
      this.logger.warn(`the lock of node ${own.id} is not held yet: ${String(error)}`);
      this.retry.failed(() => void this.secure());
    }
  }

  /** @returns whether the lock belongs to this process @throws where that is not known yet */
  private async seize(client: Client, own: OwnNode): Promise<boolean> {
    if (await this.take(own.id)) {
      const wasTaken = own.wasHeld && ((await this.ask(client, CLOSED, own.id)) || !(await own.isThere()));
      own.wasHeld = true;
      return !wasTaken;
    }
    const [holder] = await this.query<{ pid: number; session: string | null }>(client, HOLDER, own.id);
    if (holder && !this.sessions.has(holder.session ?? '')) return false;
    // PostgreSQL has not noticed yet that this process's former connection is gone.
    if (holder) await this.query(client, 'SELECT pg_terminate_backend($1)', holder.pid);
    throw new Error('a former connection of this process has it');
  }

  private isTaken(own: OwnNode): void {
    this.own = undefined;
    void this.release(own.id);
    own.onTaken();
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.held.clear();
    this.probe.stop();
    client.end().catch(() => undefined);
    if (this.isClosed) return;
    this.logger.warn('the connection that holds the locks of the audit nodes was lost');
    this.retry.failed(() => void this.secure());
  }

  private async ask(client: Client, sql: string, nodeId: string): Promise<boolean> {
    const [answer] = await this.query<{ done: boolean }>(client, sql, nodeId);
    return answer!.done;
  }

  private query<T>(client: Client, sql: string, ...values: unknown[]): Promise<T[]> {
    return this.inTurn(async () => (await client.query(sql, values)).rows as T[]);
  }
}
