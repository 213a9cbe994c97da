// Grows the people who have a password and sessions. Some of them sign in, and their sessions are then used: each for the first
// time (cold), and again (warm). The keys of as many people are used beside.
import { Agent, request } from 'node:http';
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { addKeys } from '../harness/ours.mjs';
import { postgresTime } from '../harness/processor-time.mjs';
import { median } from '../harness/stats.mjs';
import { measure, tell, withOurs } from './curve.mjs';

const PASSWORD = 'correct horse battery staple';
const SESSIONS_OF_A_PERSON = 3;
const CHUNK = 50_000;
const CONNECTIONS = 4;

export async function peopleCurve(database, options) {
  const points = [];
  await withOurs(database, {}, async (ours) => {
    const hash = await hashedPassword();
    for (const size of options.people) {
      const ids = await fill(database, size, hash);
      const people = ids.slice(0, options.signIns).map((id) => `${id}@people.example`);
      const client = new Client(ours.server.url);
      await client.signIn(people[0]);
      const signIns = await timed(database, ours, people.length, async (times) => {
        const cookies = [];
        for (const email of people) {
          const began = performance.now();
          cookies.push(await client.signIn(email));
          times.push(performance.now() - began);
        }
        return cookies;
      });
      const cookies = signIns.result;
      const uses = (all) =>
        timed(database, ours, all.length, (times) => atOnce(all, (cookie) => client.use(cookie), times));
      const cold = await uses(cookies);
      const warm = await uses(Array.from({ length: options.rounds * 10 }, () => cookies).flat());
      const measured = { signIns: signIns.times, cold: cold.times, warm: warm.times };
      client.close();
      const keys = ids.slice(0, options.signIns).map(() => generateApiKey('mcp'));
      await addKeys(database, ids.slice(0, keys.length), keys);
      const calls = await measure(ours, options, { keys });
      for (const [name, { p50, cpuUs, postgresUs }] of Object.entries(measured))
        console.log(
          `people, ${name.padEnd(14)}${String(size).padStart(9)}  p50 ${p50.toFixed(2)} ms  processor ${cpuUs.toFixed(0)} us, PostgreSQL ${postgresUs.toFixed(0)} us`,
        );
      tell('people, their keys', size, calls, `processor ${calls.cpuUs.toFixed(0)} us`);
      points.push({ size, ...measured, calls });
    }
  });
  return { points };
}

async function hashedPassword() {
  const { hashPassword } = await import('better-auth/crypto');
  return hashPassword(PASSWORD);
}

/** Adds people with a password and sessions, up to a number of them. @returns ids of the people */
async function fill(database, size, hash) {
  const [{ count }] = await database.query(`SELECT count(*)::int AS count FROM accounts`);
  for (let missing = size - count; missing > 0; missing -= CHUNK) {
    await database.query(
      `WITH ids AS (SELECT gen_random_uuid() AS id FROM generate_series(1, $1::int)),
       people AS (
         INSERT INTO users (id, email, name, role, tier, email_verified)
         SELECT id, id || '@people.example', 'Person', 'member', 'development', true FROM ids RETURNING id
       ), passwords AS (
         INSERT INTO accounts (account_id, provider_id, user_id, password, updated_at)
         SELECT id, 'credential', id, $2, now() FROM people
       )
       INSERT INTO sessions (user_id, token, expires_at, updated_at)
       SELECT id, gen_random_uuid()::text, now() + interval '1 hour', now()
       FROM people CROSS JOIN generate_series(1, $3::int)`,
      [Math.min(CHUNK, missing), hash, SESSIONS_OF_A_PERSON],
    );
  }
  await database.query('VACUUM ANALYZE users, accounts, sessions');
  const rows = await database.query('SELECT user_id AS id FROM accounts ORDER BY random() LIMIT 10000');
  return rows.map(({ id }) => id);
}

/** Takes the times of some work. @param count the parts that it has @param work is given a list for the time of each */
async function timed(database, ours, count, work) {
  const before = { service: ours.server.cpuUs, postgres: postgresTime(`${database.folder}/server/postgres`) };
  const times = [];
  const result = await work(times);
  const cpuUs = (ours.server.cpuUs - before.service) / count;
  const postgresUs = (postgresTime(`${database.folder}/server/postgres`) - before.postgres) / count;
  return { result, times: { p50: median(times), cpuUs, postgresUs } };
}

async function atOnce(all, work, times) {
  const left = all.values();
  const worker = async () => {
    for (const one of left) {
      const began = performance.now();
      await work(one);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** A client that keeps its connections. */
class Client {
  agent = new Agent({ keepAlive: true });

  constructor(url) {
    this.url = url;
  }

  async signIn(email) {
    const body = JSON.stringify({ email, password: PASSWORD });
    const headers = { 'content-type': 'application/json', origin: this.url };
    const { cookies } = await this.send('POST', '/auth/sign-in/email', headers, body);
    return cookies.map((text) => text.split(';', 1)[0]).join('; ');
  }

  use(cookie) {
    return this.send('GET', '/api/me', { cookie });
  }

  close() {
    this.agent.destroy();
  }

  send(method, path, headers, body) {
    return new Promise((done, failed) => {
      const sent = request(this.url + path, { method, headers, agent: this.agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('end', () => {
          if (response.statusCode !== 200) failed(new Error(`${path}: ${response.statusCode} ${text}`));
          else done({ cookies: response.headers['set-cookie'] ?? [] });
        });
      });
      sent.on('error', failed);
      sent.end(body);
    });
  }
}
