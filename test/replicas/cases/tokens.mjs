// Tokens of OAuth that end: when the change is answered no replica accepts one any more. And what a token needs is in PostgreSQL, so
// that any replica takes the next step, also one that has just started.
import { eventually } from '../../faults/service.mjs';
import { Attempts } from '../support/attempts.mjs';
import { Cluster } from '../support/cluster.mjs';
import { Program, PUBLIC_URL } from '../support/oauth.mjs';
import { signedIn } from '../support/person.mjs';

const ATTEMPTS = 3_000;
const CALLERS = 4;
/** A program that revokes one token may come again by the other. */
const REVOKES_ONE = 'its program revokes it';

/** Each ends a token, at another replica than the one that it came from. @returns the answer with its time */
const ends = {
  [REVOKES_ONE]: ({ program, replica, tokens }) =>
    timed(program.post(replica, '/auth/oauth2/revoke', { token: tokens.access_token })),
  'its program revokes what it is renewed by': ({ program, replica, tokens }) =>
    timed(program.post(replica, '/auth/oauth2/revoke', { token: tokens.refresh_token })),
  'its person is deactivated': ({ cluster, replica, userId }) =>
    cluster.admin(replica, 'PATCH', `/api/users/${userId}`, { isActive: false }),
  'its person leaves the organization': ({ cluster, replica, userId }) =>
    cluster.admin(
      replica,
      'DELETE',
      `/api/organizations/00000000-0000-7000-8000-000000000001/members/${userId}?data=delete`,
    ),
  'an administrator blocks its program': ({ cluster, replica, program }) =>
    cluster.admin(replica, 'PATCH', `/api/oauth/clients/${program.id}`, { state: 'blocked' }),
};

export async function timed(answered) {
  const answer = await answered;
  const returnedAt = performance.now();
  return { status: answer.status, coherence: answer.headers.get('coherence'), returnedAt };
}

/** A token that a program has for a person. */
export async function connected(cluster) {
  const { userId, email } = await cluster.userWithKey(['read']);
  const [first, second, third] = cluster.replicas;
  const cookie = await signedIn(first, email);
  const program = await Program.register(second);
  const tokens = await program.connect(first, third, cookie);
  return { cluster, userId, program, tokens, cookie, replica: second, token: tokens.access_token };
}

/** Ends a token while callers try it at all replicas. @param given by {@link connected}, or more than that */
export async function endsEverywhere(given, end, { mayRenew = false } = {}) {
  const { cluster } = given;
  const headers = { authorization: `Bearer ${given.token}` };
  const attempts = new Attempts({ method: 'GET', path: '/api/me', headers });
  for (const replica of cluster.replicas) attempts.start(replica, CALLERS);
  await attempts.warm();
  const { status, coherence, returnedAt } = await end(given);
  attempts.changed({ returnedAt });
  await attempts.reach(ATTEMPTS);
  await attempts.stop();
  const { before, after, answeredAfter, stale, sentAfter } = attempts;
  const refused = (after['401 invalid_token'] ?? 0) + (after['403 account_inactive'] ?? 0);
  const renewed = await given.program.refresh(given.replica, given.tokens.refresh_token);
  const holds =
    stale.length === 0 && refused === sentAfter && status < 300 && renewed.status < 400 === mayRenew;
  return { holds, status, coherence, before, after, answeredAfter, stale, renewed: renewed.status };
}

/** A refresh token that is used again ends the tokens of its authorization on all replicas, without anybody waiting. */
async function usedTwice(cluster) {
  const { program, tokens } = await connected(cluster);
  const [first, second, third] = cluster.replicas;
  const renewed = await (await program.refresh(first, tokens.refresh_token)).json();
  const again = await program.refresh(second, tokens.refresh_token);
  const statuses = await eventually(
    () => Promise.all(cluster.replicas.map((replica) => meAt(replica, renewed.access_token))),
    (found) => found.every((status) => status === 401),
  );
  const next = await program.refresh(third, renewed.refresh_token);
  return {
    holds: again.status === 400 && next.status === 400,
    again: again.status,
    next: next.status,
    statuses,
  };
}

async function restarted(cluster) {
  const { program, tokens, cookie } = await connected(cluster);
  for (const replica of cluster.replicas) {
    await replica.end();
    await replica.run();
  }
  const [first, second] = cluster.replicas;
  const statuses = await Promise.all(cluster.replicas.map((replica) => meAt(replica, tokens.access_token)));
  const renewed = await (await program.refresh(second, tokens.refresh_token)).json();
  statuses.push(await meAt(first, renewed.access_token));
  // The person is not asked again for what was agreed.
  const again = await program.connect(second, first, cookie);
  statuses.push(await meAt(second, again.access_token));
  return { holds: statuses.every((status) => status === 200), statuses };
}

async function meAt({ url }, token) {
  const answer = await fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
  await answer.arrayBuffer();
  return answer.status;
}

export const tokens = {
  start: () => Cluster.start(3, { PUBLIC_URL, OAUTH_DCR: 'open' }),
  cases: {
    ...Object.fromEntries(
      Object.entries(ends).map(([name, end]) => [
        `a token: ${name}`,
        async (cluster) => endsEverywhere(await connected(cluster), end, { mayRenew: name === REVOKES_ONE }),
      ]),
    ),
    'a token whose renewal is used twice': usedTwice,
    'tokens and consent over a restart of all replicas': restarted,
  },
};
