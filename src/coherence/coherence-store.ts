import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { dedicatedClient, openClient } from '../database/dedicated-connection.js';
import { SingleFlight } from '../common/single-flight.js';
import type { Change, ChangeReader } from './change.js';

/** The most changes that are applied one by one. After more of them everything is dropped. */
const MAX_CHANGES = 1_000;

export type CoherenceMode = 'replicas' | 'single';

export interface ReplicaRow {
  id: string;
  mode: CoherenceMode;
  /** The epoch up to which the replica has applied all changes. */
  applied: number;
  /** Grows with each poll. */
  beat: number;
}

export interface Poll {
  /** Whether the replica has a row. Without one the writers do not wait for it. */
  isMember: boolean;
  epoch: number;
  /** The changes since the epoch that was applied; `undefined` where some are not there any more, or too many. */
  changes: Change[] | undefined;
  replicas: ReplicaRow[];
  /** Stands for the connection that was asked. A crash of PostgreSQL ends it. */
  connection: object;
}

type Row = Omit<Poll, 'epoch' | 'changes' | 'connection'> & {
  epoch: string;
  changes: [number, Change['kind'], string][] | null;
};

const REPLICAS = `(SELECT json_agg(json_build_object('id', id, 'mode', mode, 'applied', applied, 'beat', beat)) FROM coherence_replicas)`;

/** Is one statement, so that all of it has one snapshot. */
const POLL = `
  WITH self AS (
    UPDATE coherence_replicas SET beat = beat + 1, applied = $2 WHERE id = $1 RETURNING id
  ), told AS (
    SELECT pg_notify('coherence_applied', id || ' ' || $2::bigint) FROM self WHERE $3::boolean
  )
  SELECT EXISTS (SELECT FROM self) AS "isMember", (SELECT count(*) FROM told), e.epoch,
         (SELECT json_agg(json_build_array(c.epoch, c.kind, c.id)) FROM (
           SELECT * FROM coherence_changes WHERE epoch > $2 AND epoch <= e.epoch ORDER BY epoch LIMIT ${MAX_CHANGES + 1}
         ) c) AS changes,
         coalesce(${REPLICAS}, '[]') AS replicas
  FROM coherence_epoch e`;

const STATE = `SELECT epoch, coalesce(${REPLICAS}, '[]') AS replicas FROM coherence_epoch`;

const ADD_INTEREST =
  'INSERT INTO coherence_interests (topic, replica) VALUES ($1, $2) ON CONFLICT DO NOTHING';

const LEAVE = `
  WITH gone AS (DELETE FROM coherence_replicas WHERE id = $1 RETURNING id)
  SELECT pg_notify('coherence_changed', '') FROM gone`;

/** Something that happened, which replicas are told of and which is not kept. */
export interface CoherenceEvent {
  topic: string;
  /** The process that sent it. */
  from: string;
  data: unknown;
}

interface StoreEvents {
  /** A change was committed, or a replica has joined or left. */
  changed: () => void;
  /** A replica has applied all changes up to an epoch. */
  applied: (replicaId: string, epoch: number) => void;
  event: (event: CoherenceEvent) => void;
}

/**
 * Reads and writes what the replicas know of each other, over a connection of its own: an exhausted pool must not end a
 * lease. Notifications only make it faster. Whoever misses one learns the same by the next poll.
 */
export class CoherenceStore {
  private client: Client | undefined;
  private lastRead: Promise<unknown> = Promise.resolve();
  private readonly opening = new SingleFlight(() => this.open());

  /** @param answerMs how long PostgreSQL may take for an answer, before the connection counts as lost */
  constructor(
    private readonly dataSource: DataSource,
    private readonly answerMs: number,
    private readonly events: StoreEvents,
  ) {}

  /** Updates the replica's row, and reads the changes after the epoch that it has applied. */
  async poll(id: string, applied: number, tells: boolean): Promise<Poll> {
    const client = await this.connected();
    const { rows } = await client.query<Row>({
      name: 'coherence_poll',
      text: POLL,
      values: [id, applied, tells],
    });
    const [row] = rows as [Row];
    const epoch = Number(row.epoch);
    return { ...row, epoch, changes: changesSince(applied, epoch, row.changes ?? []), connection: client };
  }

  /** Reads the epoch and the replicas that have a row. */
  async state(): Promise<Pick<Poll, 'epoch' | 'replicas'>> {
    const client = await this.connected();
    const { rows } = await client.query<{ epoch: string; replicas: ReplicaRow[] }>(STATE);
    const [{ epoch, replicas }] = rows as [(typeof rows)[number]];
    return { epoch: Number(epoch), replicas };
  }

  /**
   * Adds the row of a replica. It must survive a crash of PostgreSQL, which the polls need not: without the row, a writer
   * would not wait for a live lease. The others poll at once, and so count this one among those that share a limit.
   * @param id a new one, so that no row begins to count a beat again which another process has seen before
   */
  async join(id: string, mode: CoherenceMode, topics: readonly string[]): Promise<void> {
    const client = await this.connected();
    await client.query('BEGIN');
    try {
      await client.query('SET LOCAL synchronous_commit = on');
      await client.query('INSERT INTO coherence_replicas (id, mode) VALUES ($1, $2)', [id, mode]);
      for (const topic of topics) await client.query(ADD_INTEREST, [topic, id]);
      await client.query('NOTIFY coherence_changed');
      await client.query('COMMIT');
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  async addInterest(topic: string, id: string): Promise<void> {
    const client = await this.connected();
    await client.query(ADD_INTEREST, [topic, id]);
  }

  async removeInterest(topic: string, id: string): Promise<void> {
    const client = await this.connected();
    await client.query('DELETE FROM coherence_interests WHERE topic = $1 AND replica = $2', [topic, id]);
  }

  /** Sends an event to all processes that listen, this one included. */
  async publish(event: CoherenceEvent): Promise<void> {
    const client = await this.connected();
    await client.query(`SELECT pg_notify('coherence_event', $1)`, [JSON.stringify(event)]);
  }

  /** Several listeners read for one change. Their reads follow one another, because `pg` takes one query at a time. */
  readonly read: ChangeReader = <Row extends object>(sql: string) => {
    const rows = this.lastRead.then(async () => {
      const client = await this.connected();
      return (await client.query<Row>(sql)).rows;
    });
    this.lastRead = rows.catch(() => undefined);
    return rows;
  };

  async leave(id: string): Promise<void> {
    const client = await this.connected();
    await client.query(LEAVE, [id]);
  }

  /** Removes the rows that processes have left which were killed. */
  async removeAll(): Promise<void> {
    const client = await this.connected();
    await client.query('DELETE FROM coherence_replicas');
  }

  /**
   * Removes a replica, unless it has polled since `beat` was read.
   * @param connection the one over which `beat` was read. After its end the row stays, because a crash may have undone a beat
   */
  async remove({ id, beat }: Pick<ReplicaRow, 'id' | 'beat'>, connection: object): Promise<void> {
    if (this.client !== connection) return;
    await this.client.query('DELETE FROM coherence_replicas WHERE id = $1 AND beat = $2', [id, beat]);
  }

  /** Ends the connection. The next call opens another one. */
  drop(): void {
    const { client } = this;
    this.client = undefined;
    client?.end().catch(() => undefined);
  }

  private async connected(): Promise<Client> {
    return this.client ?? this.opening.join();
  }

  private async open(): Promise<Client> {
    const client = dedicatedClient(this.dataSource, {
      name: 'bouncer coherence',
      answerMs: this.answerMs,
      onLost: (lost) => {
        if (this.client === lost) this.client = undefined;
      },
    });
    client.on('notification', ({ channel, payload = '' }) => this.handleNotification(channel, payload));
    try {
      await openClient(client);
      await client.query('SET synchronous_commit = off');
      await client.query('LISTEN coherence_changed');
      await client.query('LISTEN coherence_applied');
      await client.query('LISTEN coherence_event');
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    return client;
  }

  private handleNotification(channel: string, payload: string): void {
    if (channel === 'coherence_changed') return this.events.changed();
    if (channel === 'coherence_event') return this.events.event(JSON.parse(payload) as CoherenceEvent);
    const [id, epoch] = payload.split(' ');
    if (id) this.events.applied(id, Number(epoch));
  }
}

/** Each epoch has at least one change. Where one has none, it was removed before this process read it. */
function changesSince(
  applied: number,
  epoch: number,
  rows: [number, Change['kind'], string][],
): Change[] | undefined {
  const epochs = new Set(rows.map(([of]) => of));
  if (rows.length > MAX_CHANGES || epochs.size !== epoch - applied) return undefined;
  return rows.map(([, kind, id]) => ({ kind, id }));
}
