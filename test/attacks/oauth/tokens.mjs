// Tokens that are forged, altered, stolen, meant for others, or asked to do more than the person allowed.
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { notHeld } from '../tries.mjs';
import { People, refused } from '../identity/people.mjs';
import { ORIGIN } from '../identity/person.mjs';
import { me, noTokens, Program } from './program.mjs';

async function attack(tries) {
  await People.with({ OAUTH_DCR: 'open' }, async (people) => {
    const ada = await people.signedIn();
    const boss = await people.signedIn({ role: 'admin' });
    const program = await Program.register(people.client);
    await forged(tries, people, ada, boss, program);
    await elsewhere(tries, people, ada, program);
    await widened(tries, people, boss, program);
    await renewed(tries, people, ada, program);
  });
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const readPart = (text) => JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));

async function forged(tries, people, ada, boss, program) {
  const { access_token: token } = await program.connect(ada.browser);
  const [head, body, signature] = token.split('.');
  const [header, claims] = [readPart(head), readPart(body)];
  const { keys } = JSON.parse((await people.client.send('GET', '/auth/jwks')).text);
  const pem = createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const strangerJwk = stranger.publicKey.export({ format: 'jwk' });
  const signedBy = (given, over = {}) => {
    const text = `${part({ ...header, ...given })}.${part({ ...claims, ...over })}`;
    const bytes = sign('sha256', Buffer.from(text), { key: stranger.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${bytes.toString('base64url')}`;
  };
  const hmac = (secret, alg = 'HS256') => {
    const text = `${part({ ...header, alg })}.${body}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const altered = (over) => `${head}.${part({ ...claims, ...over })}.${signature}`;
  const tokens = {
    'no signature': `${head}.${body}.`,
    'the algorithm none': `${part({ ...header, alg: 'none' })}.${body}.`,
    'the algorithm None': `${part({ ...header, alg: 'None' })}.${body}.`,
    'none, and the old signature': `${part({ ...header, alg: 'none' })}.${body}.${signature}`,
    'a MAC by the public key': hmac(pem),
    'a MAC by the JWK': hmac(JSON.stringify(keys[0])),
    'a MAC by nothing': hmac(''),
    "a stranger's signature": signedBy({}),
    "a stranger's key in the header": signedBy({ jwk: strangerJwk }),
    "a stranger's key by address": signedBy({ jku: 'https://evil.example.com/jwks' }),
    'another key id': signedBy({ kid: '019a0000-0000-7000-8000-000000000000' }),
    'a key id that is SQL': signedBy({ kid: "' OR '1'='1" }),
    'a key id that is a path': signedBy({ kid: '../../../../dev/null' }),
    'no key id': signedBy({ kid: undefined }),
    'another type': `${part({ ...header, typ: 'JWT' })}.${body}.${signature}`,
    'a critical member': `${part({ ...header, crit: ['b64'], b64: false })}.${body}.${signature}`,
    'another person': altered({ sub: boss.id }),
    'more scopes': altered({ scope: 'admin' }),
    'another grant': altered({ gid: '019a0000-0000-7000-8000-000000000000' }),
    'another organization': altered({ org: '019a0000-0000-7000-8000-000000000000' }),
    'a later end': altered({ exp: claims.exp + 86_400 }),
    'an issuer of the attacker': signedBy({}, { iss: 'https://evil.example.com' }),
    'no issuer': signedBy({}, { iss: undefined }),
    'a list as issuer': signedBy({}, { iss: [ORIGIN] }),
    'a signature of zeros': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    'a part more': `${token}.${signature}`,
    'two parts': `${head}.${body}`,
    'only dots': '..',
    'a head of nothing': `.${body}.${signature}`,
    'much of it': `${part({ ...header, x: 'A'.repeat(8_000) })}.${body}.${signature}`,
    'a number as body': `${head}.${part(1)}.${signature}`,
    'null as body': `${head}.${part(null)}.${signature}`,
  };
  for (const [title, value] of Object.entries(tokens))
    for (const client of [people.client, people.other])
      await tries.make(`a token with ${title}`, async () => refused(await me(client, value)));
  await tries.make('the token itself', async () => {
    const { status } = await me(people.other, token);
    if (status !== 200) notHeld(`the good token is answered ${status}`);
  });
}

/** A token is a token only where RFC 6750 has it. */
async function elsewhere(tries, people, ada, program) {
  const tokens = await program.connect(ada.browser, { scope: 'openid documents:read' });
  const { access_token: token, id_token: idToken, refresh_token: refreshToken } = tokens;
  const send = (path, headers) =>
    people.client.send('GET', path, { headers: { host: new URL(ORIGIN).host, ...headers } });
  const ways = {
    'in the address': () => send(`/api/me?access_token=${token}`, {}),
    'in X-API-Key': () => send('/api/me', { 'x-api-key': token }),
    'in a cookie': () => send('/api/me', { cookie: `__Host-bouncer_session=${token}` }),
    'as HTTP Basic': () => send('/api/me', { authorization: `Basic ${token}` }),
    'as a DPoP token': () => send('/api/me', { authorization: `DPoP ${token}` }),
    'beside a key': () =>
      send('/api/me', { authorization: `Bearer ${token}`, 'x-api-key': people.site.adminKey }),
    twice: () => send('/api/me', { authorization: `Bearer ${token}, Bearer ${token}` }),
    'an ID token in its place': () => me(people.client, idToken),
    'a refresh token in its place': () => me(people.client, refreshToken),
    'at the provisioning of a directory': () => send('/scim/v2/Users', { authorization: `Bearer ${token}` }),
  };
  for (const [title, attempt] of Object.entries(ways))
    await tries.make(`a token ${title}`, async () => refused(await attempt()));
}

/** An administrator's program administers nothing, whatever it asks for. */
async function widened(tries, people, boss, program) {
  for (const scope of [
    'admin',
    'keys:write',
    'users:write',
    'audit:read',
    'sessions:write',
    'organizations:write',
    'agents:create',
    'service:write',
    '*',
    '*:*',
  ])
    await tries.make(`a program that asks for ${scope}`, async () => {
      const answer = await boss.browser.request(
        'GET',
        program.path({ scope, code_challenge: 'A'.repeat(43) }),
      );
      const { location = '' } = answer.headers;
      if (location.startsWith('/auth/pages/consent') || location.includes('code='))
        notHeld(location.slice(0, 300));
    });
  const { access_token: token } = await program.connect(boss.browser, { scope: 'read write' });
  /** @type {[method: string, path: string, body?: object][]} */
  const routes = [
    ['GET', '/api/users'],
    ['GET', '/api/audit'],
    ['GET', '/api/sessions'],
    ['GET', '/api/mcp/keys'],
    ['POST', '/api/mcp/keys', { name: 'mine' }],
    ['POST', '/api/users', { email: 'x@example.com', name: 'x' }],
    ['POST', '/api/agents', { name: 'x', scopes: ['read'] }],
    ['POST', '/api/organizations', { name: 'x' }],
    ['POST', '/api/service/stop-calls', {}],
    ['GET', '/metrics'],
  ];
  for (const [method, path, body] of routes)
    await tries.make(`${method} ${path} by the program of an administrator`, () =>
      people.unchanged(async () => {
        const headers = { host: new URL(ORIGIN).host, authorization: `Bearer ${token}` };
        const answer = await people.client.send(method, path, { headers, body });
        refused(answer);
        return answer;
      }),
    );
  await tries.make('a consent with a scope that was not asked for', async () => {
    const asked = await boss.browser.request(
      'GET',
      program.path({ scope: 'documents:read', prompt: 'consent', code_challenge: 'A'.repeat(43) }),
    );
    const page = new URL(asked.headers.location, ORIGIN);
    page.searchParams.set('scope', 'documents:read documents:delete');
    const members = {
      query: page.search.slice(1),
      decision: 'allow',
      'scope:documents:read': 'on',
      'scope:documents:delete': 'on',
    };
    const answer = await boss.browser.submit('/auth/pages/consent', members);
    if ((answer.headers.location ?? '').includes('code=')) notHeld('gives a code');
  });
}

/** What is no refresh token at all is refused by another word. */
const MALFORMED = ['invalid_grant', 'invalid_token'];

/** A refresh token is the program's own, and whoever uses one twice ends them all. */
async function renewed(tries, people, ada, program) {
  const thief = await Program.register(people.other);
  const connect = () => program.connect(ada.browser);
  await tries.make('a refresh token of another program', async () =>
    noTokens(await thief.refresh((await connect()).refresh_token), 'invalid_grant'),
  );
  await tries.make('a refresh token for more scopes', async () =>
    noTokens(
      await program.refresh((await connect()).refresh_token, { scope: 'documents:read documents:delete' }),
      'invalid_scope',
    ),
  );
  await tries.make('a refresh token for another resource', async () =>
    noTokens(
      await program.refresh((await connect()).refresh_token, { resource: 'https://evil.example.com/mcp' }),
      'invalid_target',
    ),
  );
  await tries.make('an access token as a refresh token', async () =>
    noTokens(await program.refresh((await connect()).access_token), MALFORMED),
  );
  await tries.make('a refresh token without its beginning', async () =>
    noTokens(await program.refresh((await connect()).refresh_token.replace('bouncer_rt_', '')), MALFORMED),
  );
  await tries.make('the hash of a refresh token, as the database has it', async () => {
    await connect();
    const [{ token }] = await people.site.query(
      'SELECT token FROM oauth_refresh_tokens ORDER BY created_at DESC LIMIT 1',
    );
    noTokens(await program.refresh(`bouncer_rt_${token}`), 'invalid_grant');
  });
  await tries.make('a stolen refresh token, used first by the thief', async () => {
    const { refresh_token: stolen } = await connect();
    const { body } = await program.refresh(stolen);
    noTokens(await program.refresh(stolen), 'invalid_grant');
    refused(await me(people.other, body.access_token), 'invalid_token');
    noTokens(await program.refresh(body.refresh_token), 'invalid_grant');
  });
  await tries.make('a refresh token ten times at once', async () => {
    const { refresh_token: token } = await connect();
    const answers = await Promise.all(Array.from({ length: 10 }, () => program.refresh(token)));
    const given = answers.filter(({ status }) => status === 200);
    if (given.length > 1) notHeld(`${given.length} times tokens`);
  });
  await tries.make('a token that another program revokes', async () => {
    const { access_token: token } = await connect();
    await thief.post('/auth/oauth2/revoke', { token });
    const { status } = await me(people.client, token);
    if (status !== 200) notHeld('another program ended it');
  });
  await tries.make('a token that another program asks about', async () => {
    const { refresh_token: token } = await connect();
    const answer = await thief.post('/auth/oauth2/introspect', { token });
    if (answer.body?.active === true) notHeld(answer.text);
  });
}

export const oauthTokens = { attack };
