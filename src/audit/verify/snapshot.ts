import { Client } from 'pg';
import { HASH_BYTES } from '../seal/seal.js';
import { CopyCursor } from './copy-cursor.js';
import { schemaProblems } from './schema-check.js';
import {
  ROWS,
  SEALS,
  sealsWith,
  STATEMENTS,
  type StoredRow,
  type StoredSeal,
  type StoredStatement,
} from './stored.js';

/** Nothing that the database may have been made to say otherwise: no search path, no rules for rows, no other encoding. */
const SESSION = `
  SET search_path = pg_catalog, pg_temp;
  SET row_security = off;
  SET client_encoding = 'UTF8';
  SET lock_timeout = 0;
  SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0`;
/** Held to the end, so that what was checked is what is read. Taken before the snapshot, which then is no older. */
const LOCK =
  'LOCK TABLE public.audit_events, public.audit_seals, public.audit_retention IN ACCESS SHARE MODE';
/** Every row of the table itself, whatever its indexes say. */
const NO_INDEX = `
  SET LOCAL enable_seqscan = on;
  SET LOCAL enable_indexscan = off;
  SET LOCAL enable_indexonlyscan = off;
  SET LOCAL enable_bitmapscan = off`;
const COUNT = 'SELECT pg_catalog.count(*) AS rows FROM public.audit_events';

/** The tables say something else than what is stored in them. */
export class UnbelievableError extends Error {
  override name = 'UnbelievableError';

  constructor(readonly problems: readonly string[]) {
    super(`What this database says of the audit cannot be believed: ${problems.join(', ')}`);
  }
}

/** The rows and the seals at one moment, each in the order of the nodes. Two sessions read ahead, one is asked. */
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

  /** The number at which a hash is sealed, if it is. */
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

  /** How many rows there are, read without any index. */
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
  // A connection that breaks fails what was asked of it, or the next thing that is.
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
