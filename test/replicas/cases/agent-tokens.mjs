// Tokens that come in other ways than by a browser: each step at another replica, and what is taken once is taken once over all of them.
// It needs no Redis: what was taken is in PostgreSQL.
import { Issuer, ProofKey } from '../../attacks/oauth/signing.mjs';
import { Cluster } from '../support/cluster.mjs';
import { Program, PUBLIC_URL } from '../support/oauth.mjs';
import { signedIn } from '../support/person.mjs';
import { connected, endsEverywhere, timed } from './tokens.mjs';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const PAGE = '/auth/pages/device';
const FORM = 'application/x-www-form-urlencoded';
const ROUNDS = 50;

/** The program of an agent, made at one replica. */
async function agentOf(cluster, replica) {
  const agent = await cluster.made(replica, '/api/agents', { name: 'Agent', scopes: ['documents:read'] });
  const { clientId, clientSecret } = await cluster.made(replica, '/api/oauth/clients', {
    name: 'Agent',
    agentId: agent.id,
  });
  return Object.assign(new AgentProgram(), { id: clientId, secret: clientSecret, agentId: agent.id });
}

/** It shows who it is by HTTP Basic, as its client was made. */
class AgentProgram extends Program {
  post(replica, path, members, headers = {}) {
    const pair = Buffer.from(`${this.id}:${this.secret}`).toString('base64');
    const given = { authorization: `Basic ${pair}`, ...headers };
    return Program.prototype.post.call({ id: this.id }, replica, path, members, given);
  }

  exchange(replica, token) {
    return this.post(replica, '/auth/oauth2/token', {
      grant_type: EXCHANGE,
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
    });
  }
}

async function device(cluster) {
  const [first, second, third] = cluster.replicas;
  const { email } = await cluster.userWithKey(['read']);
  const cookie = await signedIn(first, email);
  const program = await Program.register(first, {
    redirect_uris: undefined,
    grant_types: [DEVICE, 'refresh_token'],
  });
  const asked = await program.post(first, '/auth/device/code', { scope: 'documents:read' });
  const { device_code: code, user_code: userCode } = await asked.json();
  const poll = (replica) =>
    program.post(replica, '/auth/oauth2/token', { grant_type: DEVICE, device_code: code });
  const before = await (await poll(third)).json();
  const form = { user_code: userCode, decision: 'allow', 'scope:documents:read': 'on' };
  const allowed = await fetch(second.url + PAGE, {
    method: 'POST',
    headers: { origin: PUBLIC_URL, cookie, 'content-type': FORM },
    body: new URLSearchParams(form),
  });
  const tooFast = await (await poll(first)).json();
  // As if the interval were over.
  await cluster.server.query('UPDATE oauth_device_codes SET last_polled_at = NULL');
  const answers = await Promise.all([third, second, first, third, second, first].map(poll));
  const given = answers.filter(({ status }) => status === 200);
  const { access_token: token } = (await given[0]?.json()) ?? {};
  const accepted = await statusesOf(cluster, { authorization: `Bearer ${token}` });
  return {
    holds:
      before.error === 'authorization_pending' &&
      allowed.status === 200 &&
      tooFast.error === 'slow_down' &&
      given.length === 1 &&
      accepted.every((status) => status === 200),
    before: before.error,
    allowed: allowed.status,
    tooFast: tooFast.error,
    polls: answers.length,
    given: given.length,
    accepted,
  };
}

/** A token that was issued at one replica, exchanged at another. */
async function exchanged(cluster) {
  const given = await connected(cluster);
  const [first, second] = cluster.replicas;
  const agent = await agentOf(cluster, first);
  const answer = await agent.exchange(second, given.tokens.access_token);
  const { access_token: token } = await answer.json();
  return { ...given, agent, token };
}

/** Each ends an exchanged token, at the third replica. */
const ends = {
  'the person ends the grant': async ({ cluster, cookie, program }) => {
    const [, , third] = cluster.replicas;
    const listed = await fetch(`${third.url}/api/oauth/grants`, { headers: { cookie } });
    const { grants } = await listed.json();
    const { id } = grants.find(({ clientId }) => clientId === program.id);
    const headers = { cookie, origin: PUBLIC_URL };
    return timed(fetch(`${third.url}/api/oauth/grants/${id}`, { method: 'DELETE', headers }));
  },
  'the program revokes what it came from': ({ cluster, program, tokens }) =>
    timed(program.post(cluster.replicas[2], '/auth/oauth2/revoke', { token: tokens.access_token })),
  'the agent is retired': ({ cluster, agent }) =>
    cluster.admin(cluster.replicas[2], 'DELETE', `/api/agents/${agent.agentId}`),
  'its client is blocked': ({ cluster, agent }) =>
    cluster.admin(cluster.replicas[2], 'PATCH', `/api/oauth/clients/${agent.id}`, { state: 'blocked' }),
};

/** After what ended the token it is not given again, and only what the grant took along is gone for the program. */
async function exchangedEnds(cluster, end) {
  const given = await exchanged(cluster);
  const mayRenew = end !== ends['the person ends the grant'];
  const result = await endsEverywhere(given, end, { mayRenew });
  const again = await Promise.all(
    cluster.replicas.map(
      async (replica) => (await given.agent.exchange(replica, given.tokens.access_token)).status,
    ),
  );
  return { ...result, holds: result.holds && again.every((status) => status === 400), again };
}

/** Many proofs, each sent to all replicas at once: one of them accepts it, and none after that. */
async function proofs(cluster) {
  const key = await ProofKey.make();
  const agent = await agentOf(cluster, cluster.replicas[0]);
  const endpoint = `${PUBLIC_URL}/auth/oauth2/token`;
  const proof = await key.proof(endpoint, { method: 'POST' });
  const ask = (replica) => agent.tokens(replica, { grant_type: 'client_credentials' }, { dpop: proof });
  const { access_token: token } = await ask(cluster.replicas[0]);
  const issued = await Promise.all(
    cluster.replicas.slice(1).map((replica) =>
      ask(replica).then(
        () => 'given',
        () => 'refused',
      ),
    ),
  );
  let [once, again] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const headers = {
      authorization: `DPoP ${token}`,
      dpop: await key.proof(`${PUBLIC_URL}/api/me`, { token }),
    };
    const accepted = (await statusesOf(cluster, headers)).filter((status) => status === 200);
    if (accepted.length === 1) once++;
    again += (await statusesOf(cluster, headers)).filter((status) => status === 200).length;
  }
  const bearer = await statusesOf(cluster, { authorization: `Bearer ${token}` });
  return {
    holds:
      once === ROUNDS &&
      again === 0 &&
      issued.every((what) => what === 'refused') &&
      bearer.every((status) => status === 401),
    proofs: ROUNDS,
    once,
    again,
    issued,
    bearer,
  };
}

/** Many assertions, each redeemed at all replicas at once: one of them gives a token, and none after that. */
async function assertions(cluster) {
  const [first] = cluster.replicas;
  const { email } = await cluster.userWithKey(['read']);
  const program = await Program.register(first, {
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'refresh_token', JWT_BEARER],
  });
  let [once, again] = [0, 0];
  let token;
  for (let round = 0; round < ROUNDS; round++) {
    const assertion = await cluster.issuer.assertion({
      aud: PUBLIC_URL,
      resource: `${PUBLIC_URL}/mcp`,
      client_id: program.id,
      email,
      scope: 'documents:read',
    });
    const redeem = (replica) =>
      program.post(replica, '/auth/oauth2/token', { grant_type: JWT_BEARER, assertion });
    const answers = await Promise.all(cluster.replicas.map(redeem));
    const given = answers.filter(({ status }) => status === 200);
    if (given.length === 1) once++;
    token = (await given[0]?.json())?.access_token;
    again += (await Promise.all(cluster.replicas.map(redeem))).filter(({ status }) => status === 200).length;
  }
  const accepted = await statusesOf(cluster, { authorization: `Bearer ${token}` });
  return {
    holds: once === ROUNDS && again === 0 && accepted.every((status) => status === 200),
    assertions: ROUNDS,
    once,
    again,
    accepted,
  };
}

/** What each replica answers to the same request. */
const statusesOf = (cluster, headers) =>
  Promise.all(
    cluster.replicas.map(async ({ url }) => {
      const answer = await fetch(`${url}/api/me`, { headers });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );

export const agentTokens = {
  async start() {
    const issuer = await Issuer.open();
    issuer.server.unref();
    const issuers = [{ issuer: issuer.url, domains: ['example.com'], idJag: true }];
    const env = { PUBLIC_URL, OAUTH_DCR: 'open', OAUTH_EXTERNAL_ISSUERS: JSON.stringify(issuers) };
    return Object.assign(await Cluster.start(3, env), { issuer });
  },
  cases: {
    'a token by a code: asked for, allowed and fetched at three replicas': device,
    ...Object.fromEntries(
      Object.entries(ends).map(([name, end]) => [
        `an exchanged token: ${name}`,
        (cluster) => exchangedEnds(cluster, end),
      ]),
    ),
    'a token that is bound to a key: each proof is taken once over all replicas': proofs,
    'a token by an assertion: each is taken once over all replicas': assertions,
  },
};
