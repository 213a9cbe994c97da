import { Client } from 'pg';
import type { Handover } from '../seal/key-handover.js';
import { HASH_BYTES } from '../seal/seal.js';
import { CopyCursor } from './copy-cursor.js';
import { schemaProblems } from './schema-check.js';
import {
  HANDOVERS,
  ROWS,
  SEALS,
  sealsWith,
  STATEMENTS,
  type StoredRow,
  type StoredSeal,
  type StoredStatement,
} from './stored.js';

/** Overrides settings of the database that could change what a query returns, such as the search path or row security. */
const SESSION = `
  SET search_path = pg_catalog, pg_temp;
  SET row_security = off;
  SET client_encoding = 'UTF8';
  SET lock_timeout = 0;
  SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0`;
/** Held until the end, so that the schema that was checked is the one that is read. It is taken before the snapshot. */
const LOCK =
  'LOCK TABLE public.audit_events, public.audit_seals, public.audit_retention, public.audit_key_handovers IN ACCESS SHARE MODE';
/** Makes a query read the table itself, because an index could hide rows. */
const NO_INDEX = `
  SET LOCAL enable_seqscan = on;
  SET LOCAL enable_indexscan = off;
  SET LOCAL enable_indexonlyscan = off;
  SET LOCAL enable_bitmapscan = off`;
const COUNT = 'SELECT pg_catalog.count(*) AS rows FROM public.audit_events';
const SIZE = `
  SELECT pg_catalog.count(*) AS seals, pg_catalog.count(DISTINCT node_id) AS nodes FROM ONLY public.audit_seals`;

/** Thrown when the tables may return something else than what is stored in them. */
export class UnbelievableError extends Error {
  override name = 'UnbelievableError';

  constructor(readonly problems: readonly string[]) {
    super(`What this database says of the audit cannot be believed: ${problems.join(', ')}`);
  }
}

/** Reads the rows and the seals of one snapshot, ordered by node. Two sessions stream them, a third answers other queries. */
export class Snapshot {
  private constructor(
    private readonly clients: readonly Client[],
    private readonly asked: Client,
    readonly rows: CopyCursor<StoredRow>,
    readonly seals: CopyCursor<StoredSeal>,
  ) {}

  /** @throws UnbelievableError before any row is read */
  static async open(url: string): Promise<Snapshot> {
    const [asked, rows, seals] = [open(url), open(url), open(url)];
    const clients = [asked, rows, seals];
    try {
      await Promise.all(clients.map((client) => client.connect()));
      for (const client of clients) await client.query(SESSION);
      await check(asked);
      await begin(asked);
      await asked.query(LOCK);
      await check(asked);
      const name = await exported(asked);
      for (const client of [rows, seals]) {
        await begin(client);
        await client.query(`SET TRANSACTION SNAPSHOT '${name}'`);
      }
      return new Snapshot(
        clients,
        asked,
        await CopyCursor.open(rows, { ...ROWS, waiting: 2_000 }),
        await CopyCursor.open(seals, { ...SEALS, waiting: 20 }),
      );
    } catch (error) {
      await endAll(clients);
      throw error;
    }
  }

  /** The number under which a node has sealed a hash, if any. */
  async numberSealed(nodeId: string, hash: Buffer): Promise<number | undefined> {
    if (hash.length === 0) return undefined;
    for (const { first, hashes } of await CopyCursor.all(this.asked, sealsWith(nodeId, hash))) {
      for (let at = 0; at < hashes.length; at += HASH_BYTES)
        if (hash.equals(hashes.subarray(at, at + HASH_BYTES))) return first + at / HASH_BYTES;
    }
    return undefined;
  }

  statements(): Promise<StoredStatement[]> {
    return CopyCursor.all(this.asked, STATEMENTS);
  }

  handovers(): Promise<Handover[]> {
    return CopyCursor.all(this.asked, HANDOVERS);
  }

  /** Says how much there is to do, for those who watch. */
  async size(): Promise<{ sealsTotal: number; nodesTotal: number }> {
    const { rows } = await this.asked.query<{ seals: string; nodes: string }>(SIZE);
    return { sealsTotal: Number(rows[0]!.seals), nodesTotal: Number(rows[0]!.nodes) };
  }

  /** Counts the rows without any index. */
  async countRows(): Promise<number> {
    await this.asked.query(NO_INDEX);
    const { rows } = await this.asked.query<{ rows: string }>(COUNT);
    return Number(rows[0]!.rows);
  }

  close(): Promise<void> {
    return endAll(this.clients);
  }
}

function open(url: string): Client {
  const client = new Client({ connectionString: url });
  // A broken connection rejects the current query or the next one, so this event needs no handling.
  client.on('error', () => undefined);
  return client;
}

async function check(client: Client): Promise<void> {
  const problems = await schemaProblems(client);
  if (problems.length > 0) throw new UnbelievableError(problems);
}

const begin = (client: Client) => client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');

async function exported(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT pg_catalog.pg_export_snapshot() AS name');
  return rows[0]!.name;
}

const endAll = async (clients: readonly Client[]) => {
  await Promise.allSettled(clients.map((client) => client.end()));
};
