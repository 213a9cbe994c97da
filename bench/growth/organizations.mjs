// Grows the organisations, each with people, keys, a team and a document. The services with few and with many are measured in
// turns: keys that are used for the first time, and lists and searches of a person who has documents and belongs to teams.
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { Database } from '../harness/database.mjs';
import { postgresTime } from '../harness/processor-time.mjs';
import { median, spread } from '../harness/stats.mjs';
import { load, withOurs } from './curve.mjs';
import { addDocuments } from './documents.mjs';

const PEOPLE = 10;
const DOCUMENTS = 300;
const SHARED = 30;
const CHUNK = 1_000;
const JOBS = {
  key: ({ cold }, { coldKeys }, round) => ({
    kind: 'whoami',
    keys: coldKeys.slice(round * cold, (round + 1) * cold),
    requests: cold,
  }),
  list: ({ seconds }, { key }) => ({ kind: 'documents', keys: [key], seconds }),
  search: ({ seconds }, { key }) => ({ kind: 'search', keys: [key], seconds }),
};

export async function organizationsCurve(database, options) {
  const [few, many] = options.organizations;
  const other = await Database.start();
  try {
    return await withOurs(database, {}, async (one) =>
      withOurs(other, {}, async (two) => {
        const sides = [
          await Side.fill(one, database, few, options),
          await Side.fill(two, other, many, options),
        ];
        for (let round = 0; round <= options.rounds; round++)
          for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side.measure(round);
        return { points: sides.map((side) => side.point()), ratios: ratiosOf(sides) };
      }),
    );
  } finally {
    await other.stop();
  }
}

/** A service with some number of organisations, and what was measured of it. */
class Side {
  rounds = Object.fromEntries(Object.keys(JOBS).map((name) => [name, []]));

  static async fill(ours, database, size, options) {
    const side = Object.assign(new Side(), { ours, database, size, options });
    for (let missing = size; missing > 0; missing -= CHUNK)
      await addOrganizations(database, Math.min(CHUNK, missing));
    const [person] = await database.query(
      `SELECT m.organization_id AS organization, m.user_id AS id, t.id AS team FROM memberships m
       JOIN team_members tm ON tm.user_id = m.user_id JOIN teams t ON t.id = tm.team_id ORDER BY m.user_id LIMIT 1`,
    );
    await addDocuments(database, person.id, 0, DOCUMENTS, { organizationId: person.organization });
    await addDocuments(database, person.team, 0, SHARED, { organizationId: person.organization });
    await ours.indexed();
    side.key = generateApiKey('mcp');
    await addKeysOf(database, [person], [side.key]);
    side.coldKeys = Array.from({ length: (options.rounds + 1) * options.cold }, () => generateApiKey('mcp'));
    const people = await database.query(
      `SELECT m.organization_id AS organization, m.user_id AS id FROM memberships m JOIN users u ON u.id = m.user_id
       WHERE u.kind = 'person' AND u.role IS NULL ORDER BY random() LIMIT $1`,
      [side.coldKeys.length],
    );
    await addKeysOf(
      database,
      side.coldKeys.map((_, n) => people[n % people.length]),
      side.coldKeys,
    );
    await database.query('VACUUM ANALYZE');
    console.log(`filled ${size} organisations with ${size * PEOPLE} people`);
    return side;
  }

  /** The first round warms up. */
  async measure(round) {
    const folder = `${this.database.folder}/server/postgres`;
    for (const [name, job] of Object.entries(JOBS)) {
      const before = postgresTime(folder);
      const wanted = { era: 'legacy', connections: 8, ...job(this.options, this, round) };
      const result = await load.run(this.ours.server, wanted);
      if (result.errors > 0) throw new Error(`${name}: ${result.errors} wrong answers, ${result.firstError}`);
      const postgresUs = (postgresTime(folder) - before) / result.requests;
      if (round > 0) this.rounds[name].push({ ...result, postgresUs });
    }
  }

  point() {
    const medians = Object.entries(this.rounds).map(([name, rounds]) => {
      const of = (member) => median(rounds.map((round) => round[member]));
      const measured = {
        perSecond: of('perSecond'),
        p50: of('p50'),
        cpuUs: of('cpuUs'),
        postgresUs: of('postgresUs'),
      };
      console.log(
        `organizations, ${name.padEnd(8)}${String(this.size).padStart(8)}  ${measured.perSecond.toFixed(0)}/s  p50 ${measured.p50.toFixed(2)} ms  processor ${measured.cpuUs.toFixed(0)} us, PostgreSQL ${measured.postgresUs.toFixed(0)} us`,
      );
      return [name, measured];
    });
    return { size: this.size, ...Object.fromEntries(medians) };
  }
}

/** How much of the time and of PostgreSQL's processor time many organisations take, of what few take, round by round. */
function ratiosOf([few, many]) {
  const ratios = {};
  for (const name of Object.keys(JOBS))
    for (const [member, inverse] of Object.entries({ perSecond: true, postgresUs: false })) {
      const each = few.rounds[name].map((round, n) => {
        const ratio = many.rounds[name][n][member] / round[member];
        return inverse ? 1 / ratio : ratio;
      });
      ratios[`${name} ${inverse ? 'time' : 'PostgreSQL'}`] = spread(each);
    }
  console.log(ratios);
  return ratios;
}

/** Adds organisations of ten people with a key each, a team of three, and a document. */
async function addOrganizations(database, count) {
  await database.query(
    `WITH made AS MATERIALIZED (
       SELECT gen_random_uuid() AS organization, gen_random_uuid() AS team, n FROM generate_series(1, $1::int) n
     ), people AS MATERIALIZED (
       SELECT gen_random_uuid() AS id, organization, team, p FROM made CROSS JOIN generate_series(1, $2::int) p
     ), principals AS MATERIALIZED (
       SELECT id, organization, 'person' AS kind FROM people UNION ALL SELECT team, organization, 'team' FROM made
     ), organizations AS (
       INSERT INTO organizations (id, name) SELECT organization, 'Organization ' || n FROM made
     ), users AS (
       INSERT INTO users (id, email, name, kind, tier) SELECT id, id || '@bench.example', 'Bench', kind, 'development' FROM principals
     ), memberships AS (
       INSERT INTO memberships (organization_id, user_id, role) SELECT organization, id, 'member' FROM principals
     ), teams AS (
       INSERT INTO teams (id, organization_id, name) SELECT team, organization, 'Team' FROM made
     ), members AS (
       INSERT INTO team_members (team_id, user_id, role) SELECT team, id, 'member' FROM people WHERE p <= 3
     ), keys AS (
       INSERT INTO api_keys (id, user_id, organization_id, name, key_hash, start, scopes)
       SELECT gen_random_uuid(), id, organization, 'Bench', sha256(id::text::bytea), 'mcp_0000', '{read}' FROM people
     )
     INSERT INTO documents (id, owner_id, organization_id, title, content)
     SELECT gen_random_uuid(), id, organization, 'Report', 'A report about harbour and signal number' || p FROM people WHERE p = 1`,
    [count, PEOPLE],
  );
}

async function addKeysOf(database, people, keys) {
  await database.query(
    `INSERT INTO api_keys (id, user_id, organization_id, name, key_hash, start, scopes)
     SELECT gen_random_uuid(), owner, organization, 'Bench', sha256(convert_to(raw, 'UTF8')), left(raw, 8), '{documents:read}'
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS key (owner, organization, raw)`,
    [people.map(({ id }) => id), people.map(({ organization }) => organization), keys],
  );
}
