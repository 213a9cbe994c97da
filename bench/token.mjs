// Compares a call with an OAuth token with the same call with a key, of the same service in the same run.
//   npm run bench:token [-- --pairs 10 --seconds 2 --connections 16 --eras legacy,modern --warm 4]
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { isAtOnce, isAwake, isPinned, keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';
import { median, shownSpread, spread } from './harness/stats.mjs';
import { SCOPE } from './peers/common.mjs';

/** The most processor time of a call with a token, relative to one with a key. */
const BAR = 1.1;
const SETTLE_MS = 60_000;
const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';

const options = readOptions(
  { pairs: 10, seconds: 2, warm: 4, connections: 16, eras: ['legacy', 'modern'] },
  { pairs: 1, seconds: 0.3, warm: 0.3 },
);
moveToLoadCore();
keepAwake();
const load = new Load();
const database = await Database.start();
const ours = await Ours.start(database);
const { userId, key } = await ours.createKeys();
const token = await issueToken(`http://127.0.0.1:${ours.server.port}`);
let [calls, errors] = [0, 0];

const results = [];
for (const era of options.eras) results.push(await compare(era));
await load.stop();
await ours.stop();
await database.stop();
keepResult('token', options, { isPinned, isAtOnce, isAwake, errors, results });
console.log(`Wrong answers: ${errors}`);
const holds = results.every(({ cpu }) => cpu.median <= BAR);
console.log(`${holds ? 'holds' : 'DOES NOT HOLD'}: at most ${BAR} of the processor time of a key`);
process.exitCode = errors === 0 && holds ? 0 : 1;

async function compare(era) {
  const sides = [key, token];
  for (const side of sides) await round(side, era, options.warm);
  const measured = [];
  for (let pair = 0; pair < options.pairs; pair++) {
    const order = pair % 2 === 0 ? sides : sides.toReversed();
    const found = new Map();
    for (const side of order) found.set(side, await round(side, era, options.seconds));
    measured.push(sides.map((side) => found.get(side)));
  }
  const cpu = spread(measured.map(([byKey, byToken]) => byToken.cpuUs / byKey.cpuUs));
  const rate = spread(measured.map(([byKey, byToken]) => byToken.perSecond / byKey.perSecond));
  const cpuUs = [0, 1].map((side) => median(measured.map((pair) => pair[side].cpuUs)));
  console.log(
    `\ntools/call, ${era}, ${options.connections} connections, ${options.pairs} pairs, a token against a key
  calls a second     ratio ${shownSpread(rate)}
  processor, a call  ${cpuUs.map((us) => us.toFixed(1)).join(' to ')} us, ratio ${shownSpread(cpu)}`,
  );
  return { era, cpu, rate, cpuUs };
}

async function round(credential, era, seconds) {
  const job = { kind: 'call', era, keys: [credential], connections: options.connections, seconds };
  const result = await load.run(ours.server, job);
  if (result.errors > 0) console.error(`${result.errors} wrong answers, first ${result.firstError}`);
  calls += result.requests;
  errors += result.errors;
  await written(calls - errors);
  return result;
}

/** Waits until the audit has a row of each call. The roll-up, which other benches ask, counts the calls of keys alone. */
async function written(expected) {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const [{ rows }] = await database.query(
      "SELECT count(*)::int AS rows FROM audit_events WHERE action = 'tools/call' AND outcome = 'success'",
    );
    if (rows >= expected) return;
    if (performance.now() > until) throw new Error(`The audit has ${rows} of ${expected} calls`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** Signs a token with a key that the service finds in its table, for a grant of the same user. */
async function issueToken(issuer) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const [keyId, grantId] = [randomUUID(), randomUUID()];
  await database.query(
    `INSERT INTO oauth_signing_keys (id, public_key, private_key, created_at) VALUES ($1, $2, '', now())`,
    [keyId, JSON.stringify(await exportJWK(publicKey))],
  );
  await database.query(
    `INSERT INTO oauth_clients (id, client_id, redirect_uris) VALUES (gen_random_uuid(), 'bench', '[]')`,
  );
  await database.query(
    `INSERT INTO oauth_client_decisions (organization_id, client_id, state) VALUES ($1, 'bench', 'approved')`,
    [DEFAULT_ORGANIZATION],
  );
  await database.query(
    `INSERT INTO oauth_consents (id, client_id, user_id, reference_id, scopes, created_at, updated_at)
     VALUES ($1, 'bench', $2, $3, $4, now(), now())`,
    [grantId, userId, DEFAULT_ORGANIZATION, JSON.stringify([SCOPE])],
  );
  const claims = {
    client_id: 'bench',
    scope: SCOPE,
    org: DEFAULT_ORGANIZATION,
    gid: grantId,
    fam: randomUUID(),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keyId })
    .setIssuer(issuer)
    .setAudience(`${issuer}/mcp`)
    .setSubject(userId)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
}
