// Rows, seals, types and the catalogue changed behind the back of the service, each on a copy of one sealed audit. The
// command that verifies it must not call any of them whole.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';

const BOUNCER = new URL('../../../dist/cli/bouncer.js', import.meta.url).pathname;
/** A row within the sealed ones. */
const ROW = `(SELECT id FROM audit_events WHERE action = 'tools/call' ORDER BY node_seq LIMIT 1)`;

/** Statements of a superuser who has taken the triggers out of the way first. */
const TAMPERINGS = {
  'a name changed': `UPDATE audit_events SET user_name = 'Somebody' WHERE id = ${ROW}`,
  'an outcome changed': `UPDATE audit_events SET outcome = 'denied' WHERE id = ${ROW}`,
  'a time changed': `UPDATE audit_events SET occurred_at = occurred_at + interval '1 ms' WHERE id = ${ROW}`,
  'metadata changed': `UPDATE audit_events SET metadata = '{"x": 1}' WHERE id = ${ROW}`,
  'a row removed': `DELETE FROM audit_events WHERE id = ${ROW}`,
  'the last rows removed': `DELETE FROM audit_events WHERE node_seq > (SELECT max(node_seq) - 3 FROM audit_events)`,
  'all rows removed': 'TRUNCATE audit_events',
  'rows and seals removed': 'TRUNCATE audit_events; TRUNCATE audit_seals',
  'two rows that changed places': `UPDATE audit_events e SET node_seq = 5 - node_seq WHERE node_seq IN (2, 3)`,
  'a row added': `INSERT INTO audit_events SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'node_seq', 0))).* FROM audit_events e WHERE id = ${ROW}`,
  'the last seal removed':
    'DELETE FROM audit_seals WHERE ctid = (SELECT ctid FROM audit_seals ORDER BY sealed_at DESC LIMIT 1)',
  'a name whose type says something else': `
    CREATE TYPE names AS ENUM ('Somebody', 'First admin', 'admin@localhost');
    CREATE FUNCTION names_to_json(names) RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT '"admin@localhost"'::json $$;
    CREATE CAST (names AS json) WITH FUNCTION names_to_json(names);
    ALTER TABLE audit_events ALTER COLUMN user_name TYPE names USING 'Somebody'::names`,
  'a name whose type is a domain': `
    CREATE DOMAIN a_name AS text; ALTER TABLE audit_events ALTER COLUMN user_name TYPE a_name`,
  'a name of another built-in type': `ALTER TABLE audit_events ALTER COLUMN user_name TYPE varchar(200)`,
  'a cast of json to text': `
    CREATE FUNCTION json_to_text(json) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x'::text $$;
    CREATE CAST (json AS text) WITH FUNCTION json_to_text(json) AS ASSIGNMENT;
    UPDATE audit_events SET user_name = 'Somebody' WHERE id = ${ROW}`,
  'a function that shadows a built-in one': `
    CREATE FUNCTION public.to_json(text) RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT '"admin@localhost"'::json $$;
    UPDATE audit_events SET user_name = 'Somebody' WHERE id = ${ROW}`,
  'an operator that shadows a built-in one': `
    CREATE FUNCTION public.yes(uuid, uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$;
    CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = public.yes);
    UPDATE audit_events SET user_name = 'Somebody' WHERE id = ${ROW}`,
  'a view in place of the table': `
    ALTER TABLE audit_events RENAME TO audit_events_kept;
    CREATE VIEW audit_events AS SELECT * FROM audit_events_kept`,
  'rows hidden by row level security': `
    ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY; ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
    CREATE POLICY none ON audit_events USING (outcome <> 'success')`,
};

async function attack(tries) {
  await Site.with(async (site) => {
    const service = await site.start({ AUDIT_SEAL_SECONDS: '1' });
    for (let n = 0; n < 30; n++) await service.client.call(site.adminKey, 'whoami');
    await service.end('SIGTERM');
    const checkpoints = join(service.dataDir, 'audit', 'checkpoints.json');
    const verify = (url, args = []) => verified(url, service.dataDir, args);
    const template = site.server.urls.adminUrl;

    const copies = new Copies(template);
    await tries.make('what nobody has touched is whole', async () => {
      const [code, output] = await copies.with((url) => verify(url));
      if (code !== 0) notHeld(output);
    });
    for (const [title, statements] of Object.entries(TAMPERINGS))
      await tries.make(title, () =>
        copies.with(async (url) => {
          await tamper(url, statements);
          const [code, output] = await verify(url);
          // 2: what stands in place of the table cannot be read as one.
          if (code !== 1 && !(code === 2 && output.includes('audit_events')))
            notHeld(`exit code ${code}: ${output}`);
        }),
      );
    for (const [title, text] of Object.entries({
      'no checkpoints': undefined,
      'empty checkpoints': '',
      'checkpoints of nothing': '[]',
    }))
      await tries.make(`${title} where rows are sealed`, () =>
        copies.with(async (url) => {
          const file = join(await site.folder(), 'checkpoints.json');
          if (text !== undefined) await writeFile(file, text);
          const [code, output] = await verify(url, ['--checkpoints', file]);
          if (code === 0) notHeld(`whole: ${output}`);
        }),
      );
    await tries.make('the rows of another service, with its seals', async () => {
      const other = await site.folder();
      const [code, output] = await copies.with((url) => verified(url, other, ['--checkpoints', checkpoints]));
      if (code === 0) notHeld(`whole: ${output}`);
    });
  });
}

/** Copies of the service's database, one at a time. */
class Copies {
  constructor(url) {
    this.url = url;
  }

  async with(work) {
    const name = 'tampered';
    const at = (database) => this.url.replace(/\/[^/]*$/, `/${database}`);
    const source = this.url.split('/').at(-1);
    await run(at('template1'), `CREATE DATABASE ${name} TEMPLATE ${source}`);
    try {
      return await work(at(name));
    } finally {
      await run(at('template1'), `DROP DATABASE ${name} WITH (FORCE)`);
    }
  }
}

async function run(connectionString, ...statements) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const tamper = (url, statements) =>
  run(
    url,
    'SET session_replication_role = replica',
    'ALTER TABLE audit_seals DROP CONSTRAINT IF EXISTS audit_seals_shape',
    statements,
  );

/** @returns {Promise<[code: number, output: string]>} */
const verified = (url, dataDir, args) =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: url, DATA_DIR: dataDir };
    execFile(process.execPath, [BOUNCER, 'audit', 'verify', ...args], { env }, (error, out, errors) =>
      resolve([error?.code ?? 0, (out + errors).slice(0, 1_000)]),
    );
  });

export const tampering = { attack };
