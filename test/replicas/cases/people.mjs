// People who are demoted, deactivated or removed, or leave their company: what they had loses its power on all replicas when the
// change is answered. Their session and their key are tried at once.
import { Attempts } from '../support/attempts.mjs';
import { Cluster } from '../support/cluster.mjs';
import { signedIn } from '../support/person.mjs';

const ATTEMPTS = 2_000;
const CALLERS = 4;

const reads = { method: 'GET', path: '/api/me' };
/** Needs a scope that only an administrator has. */
const administers = { method: 'GET', path: '/api/users' };

const ENDED = ['401 invalid_session', '401 invalid_api_key', '403 account_inactive'];

/** Each with what is tried, the change, and what is refused after it. */
const kinds = {
  'a demoted administrator': {
    role: 'admin',
    tries: administers,
    change: (cluster, { userId }) =>
      cluster.admin(cluster.replicas[0], 'PATCH', `/api/users/${userId}`, { role: 'member' }),
    refusals: ['403 insufficient_scope'],
  },
  'a deactivated person': {
    tries: reads,
    change: (cluster, { userId }) =>
      cluster.admin(cluster.replicas[0], 'PATCH', `/api/users/${userId}`, { isActive: false }),
    refusals: ENDED,
  },
  'a leaver of whom a directory tells': {
    tries: reads,
    add: addByDirectory,
    change: (cluster, { userId, bearer }) =>
      cluster.request(bearer, cluster.replicas[0], 'PATCH', `/scim/v2/Users/${userId}`, {
        Operations: [{ op: 'replace', path: 'active', value: false }],
      }),
    refusals: ENDED,
  },
};

async function underLoad(cluster, { role = 'member', tries, change, refusals, add = addPerson }) {
  const person = await add(cluster, role);
  const all = [
    new Attempts({ ...tries, headers: { cookie: person.cookie } }),
    new Attempts({ ...tries, headers: { authorization: `Bearer ${person.apiKey}` } }),
  ];
  for (const attempts of all) for (const replica of cluster.replicas) attempts.start(replica, CALLERS);
  for (const attempts of all) await attempts.warm();
  const answer = await change(cluster, person);
  for (const attempts of all) attempts.changed(answer);
  for (const attempts of all) await attempts.reach(ATTEMPTS);
  for (const attempts of all) await attempts.stop();
  const { status, coherence, ms } = answer;
  const [session, key] = all.map(({ before, after, answeredAfter, stale }) => ({
    before,
    after,
    answeredAfter,
    stale,
  }));
  const isRefused = ({ after, sentAfter, stale }) =>
    stale.length === 0 && refusals.reduce((sum, answered) => sum + (after[answered] ?? 0), 0) === sentAfter;
  return { holds: [200, 204].includes(status) && all.every(isRefused), status, ms, coherence, session, key };
}

async function addPerson(cluster, role) {
  const { userId, email, apiKey } = await cluster.userWithKey([role === 'admin' ? 'admin' : 'read'], {
    role,
  });
  return { userId, apiKey, cookie: await signedIn(cluster.replicas[0], email) };
}

async function addByDirectory(cluster) {
  const [first] = cluster.replicas;
  const connection = { name: 'Example Inc.', domains: ['leaver.example'] };
  const { bearer } = await cluster.made(first, '/api/scim/connections', connection);
  const email = 'ada@leaver.example';
  const { body } = await cluster.request(bearer, first, 'POST', '/scim/v2/Users', { userName: email });
  const key = { name: 'Load', scopes: ['read'], userId: body.id };
  const { apiKey } = await cluster.made(first, '/api/mcp/keys', key);
  return { userId: body.id, apiKey, bearer, cookie: await signedIn(first, email) };
}

/** A session that its owner ends elsewhere, or that ends with the former password. The key of the person stays. */
async function sessionOnly(cluster, end) {
  const { userId, email, apiKey } = await cluster.userWithKey(['read']);
  const [first, second] = cluster.replicas;
  const cookie = await signedIn(first, email);
  const attempts = new Attempts({ ...reads, headers: { cookie } });
  for (const replica of cluster.replicas) attempts.start(replica, CALLERS);
  await attempts.warm();
  const returnedAt = await end({ cluster, email, userId, cookie, replica: second });
  attempts.changed({ returnedAt });
  await attempts.reach(ATTEMPTS);
  await attempts.stop();
  const { before, after, answeredAfter, stale, sentAfter } = attempts;
  const { status: keyIs } = await cluster.request(apiKey, second, 'GET', '/api/me');
  const holds = stale.length === 0 && after['401 invalid_session'] === sentAfter && keyIs === 200;
  return { holds, before, after, answeredAfter, stale, keyIs };
}

async function signOut({ cookie, replica }) {
  const headers = { cookie, origin: replica.url };
  const { status } = await fetch(`${replica.url}/auth/sign-out`, { method: 'POST', headers });
  if (status !== 200) throw new Error(`The sign-out was answered ${status}`);
  return performance.now();
}

async function newPassword({ email, replica }) {
  await signedIn(replica, email);
  return performance.now();
}

export const people = {
  start: () => Cluster.start(),
  cases: {
    ...Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [
        `${name}: session and key`,
        (cluster) => underLoad(cluster, kind),
      ]),
    ),
    'a session whose owner signs out at another replica': (cluster) => sessionOnly(cluster, signOut),
    'a session whose owner chooses a new password': (cluster) => sessionOnly(cluster, newPassword),
  },
};
