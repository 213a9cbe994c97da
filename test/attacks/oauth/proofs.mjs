// Tokens that are bound to a key (DPoP, RFC 9449) and stolen, and proofs that are repeated, forged, or made for something else.
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { notHeld } from '../tries.mjs';
import { People, refused } from '../identity/people.mjs';
import { freshNetwork, ORIGIN } from '../identity/person.mjs';
import { AgentProgram } from './agent-program.mjs';
import { NothingGiven } from './nothing-given.mjs';
import { CALLBACK, challengeOf, newVerifier, Program } from './program.mjs';
import { part, ProofKey } from './signing.mjs';

const SCOPES = ['documents:read', 'documents:write'];
const PATH = '/api/documents';
const TARGET = ORIGIN + PATH;
const ENDPOINT = `${ORIGIN}/auth/oauth2/token`;
const now = () => Math.floor(Date.now() / 1000);

async function attack(tries) {
  await People.with({ OAUTH_DCR: 'open' }, async (people) => {
    const nothing = new NothingGiven(people);
    const ada = await people.signedIn();
    const program = await Program.register(people.client);
    const agent = await AgentProgram.make(people, { scopes: SCOPES });
    const [key, thief] = [await ProofKey.make(), await ProofKey.make()];
    const token = await agent.own({}, { dpop: await key.proof(ENDPOINT, { method: 'POST' }) });
    const given = { people, nothing, ada, program, agent, key, thief, token };
    await stolen(tries, given);
    await repeated(tries, given);
    await forged(tries, given);
    await atTheEndpoint(tries, given);
    await renewed(tries, given);
    await tries.make('what the audit says of all tokens that were refused', () => nothing.recorded());
  });
}

/** Makes a document, which a try that is refused leaves none of. */
const write = (client, authorization, dpop, { path = PATH, method = 'POST', ...headers } = {}) =>
  client.send(method, path, {
    headers: {
      host: new URL(ORIGIN).host,
      'x-forwarded-for': freshNetwork(),
      ...(authorization !== undefined && { authorization }),
      ...(dpop !== undefined && { dpop }),
      ...headers,
    },
    ...(method !== 'GET' && { body: { title: 'By a proof', content: 'x' } }),
  });

const prove = (key, token, parts) => key.proof(TARGET, { method: 'POST', token, ...parts });

/** Without its key a token is worth nothing, by any way in. */
async function stolen(tries, { people, nothing, key, thief, token }) {
  await tries.make('the token with a proof of its key', async () => {
    for (const client of [people.client, people.other]) {
      const { status, text } = await write(client, `DPoP ${token}`, await prove(key, token));
      if (status !== 201) notHeld(`${status} ${text}`);
    }
  });
  const rpc = (client, authorization, headers = {}) =>
    client.send('POST', '/mcp', {
      headers: {
        host: new URL(ORIGIN).host,
        'x-forwarded-for': freshNetwork(),
        accept: 'application/json, text/event-stream',
        authorization,
        ...headers,
      },
      body: {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'documents_create', arguments: { title: 'Stolen', content: 'x' } },
      },
    });
  const ways = {
    'as Bearer': (client) => write(client, `Bearer ${token}`),
    'as Bearer, with a proof of its key': async (client) =>
      write(client, `Bearer ${token}`, await prove(key, token)),
    'as Bearer, with a proof of the thief': async (client) =>
      write(client, `Bearer ${token}`, await prove(thief, token)),
    'as DPoP without a proof': (client) => write(client, `DPoP ${token}`),
    'as dpop without a proof': (client) => write(client, `dpop ${token}`),
    'as DPoP with an empty proof': (client) => write(client, `DPoP ${token}`, ''),
    'as DPoP with the token as its proof': (client) => write(client, `DPoP ${token}`, token),
    'as DPoP with a proof of the thief': async (client) =>
      write(client, `DPoP ${token}`, await prove(thief, token)),
    'as Basic': (client) => write(client, `Basic ${token}`, undefined),
    'without a scheme': (client) => write(client, token),
    'as a key': (client) => write(client, undefined, undefined, { 'x-api-key': token }),
    'with both schemes': (client) => write(client, `DPoP ${token}, Bearer ${token}`),
    'over MCP as Bearer': (client) => rpc(client, `Bearer ${token}`),
    'over MCP as DPoP without a proof': (client) => rpc(client, `DPoP ${token}`),
    'over MCP with a proof for REST': async (client) =>
      rpc(client, `DPoP ${token}`, { dpop: await prove(key, token) }),
    'over MCP with a proof of the thief': async (client) =>
      rpc(client, `DPoP ${token}`, {
        dpop: await thief.proof(`${ORIGIN}/mcp`, { method: 'POST', token }),
      }),
    'at the information about a person': (client) =>
      write(client, `Bearer ${token}`, undefined, { method: 'GET', path: '/auth/oauth2/userinfo' }),
    'to provision people': (client) =>
      write(client, `DPoP ${token}`, undefined, { method: 'GET', path: '/scim/v2/Users' }),
  };
  for (const [title, attempt] of Object.entries(ways))
    for (const [where, client] of Object.entries({ one: people.client, another: people.other }))
      await tries.make(`a stolen token ${title}, at ${where} replica`, async () =>
        refused(await nothing.unchanged(() => attempt(client))),
      );
}

/** A proof is taken once, by whichever replica. */
async function repeated(tries, { people, key, token }) {
  const accepted = (answers) => answers.filter(({ status }) => status === 201).length;
  await tries.make('a proof again, at the same replica and at the other', async () => {
    const proof = await prove(key, token);
    const first = await write(people.client, `DPoP ${token}`, proof);
    if (first.status !== 201) notHeld(`the first is answered ${first.status}`);
    for (const client of [people.client, people.other])
      refused(await write(client, `DPoP ${token}`, proof), 'invalid_token');
  });
  for (let time = 0; time < 5; time++)
    await tries.make(`a proof twenty times at once, at two replicas (${time})`, async () => {
      const proof = await prove(key, token);
      const count = (await people.site.query('SELECT count(*) FROM documents'))[0].count;
      const clients = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? people.client : people.other));
      const answers = await Promise.all(clients.map((client) => write(client, `DPoP ${token}`, proof)));
      const made = (await people.site.query('SELECT count(*) FROM documents'))[0].count - count;
      if (accepted(answers) !== 1 || made !== 1) notHeld(`${accepted(answers)} accepted, ${made} documents`);
    });
  await tries.make('a proof again that is signed anew, with the same id', async () => {
    const claims = { jti: randomUUID() };
    const answers = [];
    for (let time = 0; time < 3; time++)
      answers.push(await write(people.client, `DPoP ${token}`, await prove(key, token, { claims })));
    if (accepted(answers) !== 1) notHeld(`${accepted(answers)} accepted`);
  });
  await tries.make('a proof again with the same id, and a later time', async () => {
    const jti = randomUUID();
    const answers = [];
    for (const iat of [now() - 30, now()]) {
      const proof = await prove(key, token, { claims: { jti, iat } });
      answers.push(await write(people.client, `DPoP ${token}`, proof));
    }
    if (accepted(answers) !== 1) notHeld(`${accepted(answers)} accepted`);
  });
}

/** A proof is for one request, was made just now, and is signed by the public key in its header. */
async function forged(tries, { people, nothing, agent, key, thief, token }) {
  const other = await agent.own({}, { dpop: await key.proof(ENDPOINT, { method: 'POST' }) });
  const claims = {
    'another method': { htm: 'GET' },
    'the method in small letters': { htm: 'post' },
    'a list of methods': { htm: ['POST', 'GET'] },
    'no method': { htm: undefined },
    'an empty method': { htm: '' },
    'another path': { htu: `${ORIGIN}/api/me` },
    'a path above': { htu: `${ORIGIN}/api` },
    'a path below': { htu: `${TARGET}/1` },
    'a slash more': { htu: `${TARGET}/` },
    'a slash twice': { htu: `${ORIGIN}/${PATH}` },
    'a path that leads elsewhere': { htu: `${TARGET}/../me` },
    'the path in capitals': { htu: `${ORIGIN}/api/Documents` },
    'a path that is encoded': { htu: `${ORIGIN}/api/%64ocuments` },
    'another host': { htu: `https://evil.example.com${PATH}` },
    'a host that begins like this one': { htu: `${ORIGIN}.evil.example.com${PATH}` },
    'this host as the user of another': { htu: `${ORIGIN}@evil.example.com${PATH}` },
    'plain HTTP': { htu: TARGET.replace('https:', 'http:') },
    'another port': { htu: `${ORIGIN}:8443${PATH}` },
    'an address of this machine': { htu: people.services[0].url + PATH },
    'the path alone': { htu: PATH },
    'no address': { htu: undefined },
    'an empty address': { htu: '' },
    'a list of addresses': { htu: [TARGET] },
    'an address that is none': { htu: 'people' },
    'a time two minutes ago': { iat: now() - 120 },
    'a time a day ago': { iat: now() - 86_400 },
    'a time of long ago': { iat: 0 },
    'a time before all times': { iat: -1e12 },
    'a time in half a minute': { iat: now() + 30 },
    'a time tomorrow': { iat: now() + 86_400 },
    'a time without end': { iat: 1e300 },
    'a time in milliseconds': { iat: Date.now() },
    'a time as text': { iat: String(now()) },
    'a time in a list': { iat: [now()] },
    'no time': { iat: undefined },
    'a time that is nothing': { iat: null },
    'an end that is over': { exp: now() - 60 },
    'a beginning that is to come': { nbf: now() + 600 },
    'no token': { ath: undefined },
    'an empty token': { ath: '' },
    'the token itself': { ath: token },
    'another digest of the token': { ath: Buffer.from(token).toString('base64url') },
    'a list of tokens': { ath: [token] },
    'no id': { jti: undefined },
    'an empty id': { jti: '' },
    'a very long id': { jti: 'x'.repeat(600) },
    'a number as id': { jti: 7 },
    'a list as id': { jti: ['x'] },
  };
  const header = {
    'the type of a token': { typ: 'at+jwt' },
    'the type JWT': { typ: 'JWT' },
    'no type': { typ: undefined },
    'no key': { jwk: undefined },
    'a key that is nothing': { jwk: null },
    'a key that is a text': { jwk: 'key' },
    'a list of keys': { jwk: [key.jwk] },
    'an empty key': { jwk: {} },
    'the key of another': { jwk: thief.jwk },
    'its private key': { jwk: await key.secretJwk() },
    'a secret as its key': { jwk: { kty: 'oct', k: 'c2VjcmV0' } },
    'half of its key': { jwk: { ...key.jwk, y: undefined } },
    'a key at another place': { jwk: { ...key.jwk, x: key.jwk.y } },
    'the id of a key': { jwk: undefined, kid: 'key' },
    'the address of its key': { jwk: undefined, jku: 'https://evil.example.com/jwks' },
    'a certificate': { jwk: undefined, x5c: ['AAAA'] },
  };
  const raw = (head, body, signature) => [head, body].map(part).concat(signature).join('.');
  const right = () => key.claims(TARGET, { method: 'POST', token, claims: {} });
  const mac = (head, secret) => {
    const text = [head, right()].map(part).join('.');
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const good = await prove(key, token);
  const [head, body, signature] = good.split('.');
  const es512 = await ProofKey.make('ES512');
  const es384 = await ProofKey.make('ES384');
  const proofs = {
    'the algorithm none': raw({ ...key.header(), alg: 'none' }, right(), ''),
    'the algorithm none, and a signature': raw({ ...key.header(), alg: 'none' }, right(), signature),
    'the algorithm None': raw({ ...key.header(), alg: 'None' }, right(), 'AA'),
    'the algorithm in small letters': raw({ ...key.header(), alg: 'es256' }, right(), signature),
    'no algorithm': raw({ ...key.header(), alg: undefined }, right(), signature),
    'a list of algorithms': raw({ ...key.header(), alg: ['ES256'] }, right(), signature),
    'a MAC by its public key': mac({ ...key.header(), alg: 'HS256' }, JSON.stringify(key.jwk)),
    'a MAC by a secret of its header': mac(
      { ...key.header(), alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } },
      'secret',
    ),
    'a MAC by nothing': mac({ ...key.header(), alg: 'HS256' }, ''),
    'another algorithm of its key': raw({ ...key.header(), alg: 'RS256' }, right(), signature),
    'a curve that is not taken': await es512.proof(TARGET, { method: 'POST', token }),
    'another curve that is not taken': await es384.proof(TARGET, { method: 'POST', token }),
    'a critical member': raw({ ...key.header(), crit: ['x'], x: 1 }, right(), signature),
    'a body that is not encoded': raw({ ...key.header(), crit: ['b64'], b64: false }, right(), signature),
    'the signature of another proof': raw(key.header(), right(), signature),
    'a signature of zeros': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    'no signature': `${head}.${body}.`,
    'two parts': `${head}.${body}`,
    'four parts': `${good}.${signature}`,
    'five parts, as what is encrypted': `${good}.${signature}.${signature}`,
    'dots alone': '..',
    'a body that is a number': raw(key.header(), 1, signature),
    'a body that is nothing': raw(key.header(), null, signature),
    'a header that is no JSON': `AAAA.${body}.${signature}`,
    'much in its header': await prove(key, token, { header: { x: 'A'.repeat(8_000) } }),
    'JSON in place of it': JSON.stringify({ protected: head, payload: body, signature }),
    'a proof for another token': await prove(key, other),
    'two proofs': [await prove(key, token), await prove(key, token)],
    'two proofs in one': `${await prove(key, token)}, ${await prove(key, token)}`,
    'a proof and the proof of a thief': [await prove(thief, token), await prove(key, token)],
    'a key that signs for another': await prove(key, token, { key: thief.privateKey }),
  };
  for (const [title, over] of Object.entries(claims))
    proofs[`${title} in it`] = await prove(key, token, { claims: over });
  for (const [title, over] of Object.entries(header))
    proofs[`${title} in its header`] = await prove(key, token, { header: over });
  for (const [title, proof] of Object.entries(proofs))
    for (const client of [people.client, people.other])
      await tries.make(`a proof with ${title}`, async () =>
        refused(await nothing.unchanged(() => write(client, `DPoP ${token}`, proof)), 'invalid_token'),
      );
  await tries.make('a proof with which nothing was wrong', async () => {
    const { status } = await write(people.client, `DPoP ${token}`, good);
    if (status !== 201) notHeld(`is answered ${status}`);
  });
  await tries.make('a token that is bound to nothing, by the scheme DPoP', async () => {
    const unbound = await agent.own();
    const answer = await nothing.unchanged(async () =>
      write(people.client, `DPoP ${unbound}`, await prove(key, unbound)),
    );
    refused(answer, 'invalid_token');
  });
}

/** No token is bound to a key that was not shown. */
async function atTheEndpoint(tries, { people, nothing, agent, key, thief }) {
  const at = (parts) => key.proof(ENDPOINT, { method: 'POST', ...parts });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weakJwk = await exportJWK(weak.publicKey);
  const taken = await at();
  await agent.own({}, { dpop: taken });
  const raw = (head, signature = 'AA') =>
    [head, key.claims(ENDPOINT, { method: 'POST', claims: {} })].map(part).concat(signature).join('.');
  const proofs = {
    'that was taken': taken,
    'that another key has signed': await at({ key: thief.privateKey }),
    'with its private key': await at({ header: { jwk: await key.secretJwk() } }),
    'with the key of another': await at({ header: { jwk: thief.jwk } }),
    'without its key': await at({ header: { jwk: undefined } }),
    'of another type': await at({ header: { typ: 'JWT' } }),
    'for another method': await at({ method: 'GET' }),
    'for another path': await key.proof(`${ORIGIN}/api/me`, { method: 'POST' }),
    'for another service': await key.proof('https://evil.example.com/auth/oauth2/token', { method: 'POST' }),
    'for plain HTTP': await key.proof(ENDPOINT.replace('https:', 'http:'), { method: 'POST' }),
    'for no address': await at({ claims: { htu: undefined } }),
    'for no method': await at({ claims: { htm: undefined } }),
    'of two minutes ago': await at({ claims: { iat: now() - 120 } }),
    'of tomorrow': await at({ claims: { iat: now() + 86_400 } }),
    'without a time': await at({ claims: { iat: undefined } }),
    'with a time as text': await at({ claims: { iat: String(now()) } }),
    'without an id': await at({ claims: { jti: undefined } }),
    'with a very long id': await at({ claims: { jti: 'x'.repeat(600) } }),
    'by the algorithm none': raw({ ...key.header(), alg: 'none' }, ''),
    'by a MAC': raw({ ...key.header(), alg: 'HS256' }),
    'by a secret': raw({ ...key.header(), alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } }),
    'by a weak key': raw({ ...key.header(), alg: 'RS256', jwk: weakJwk }),
    'by an algorithm that is not taken': await (
      await ProofKey.make('ES512')
    ).proof(ENDPOINT, {
      method: 'POST',
    }),
    'that is no proof': 'proof',
    'that is the head of one': part(key.header()),
    'beside another': [await at(), await at()],
  };
  for (const [title, proof] of Object.entries(proofs))
    for (const by of [agent, agent.at(people.other)])
      await tries.make(`a token for a proof ${title}`, () =>
        nothing.by(
          () => by.token({ grant_type: 'client_credentials' }, { dpop: proof }),
          'invalid_dpop_proof',
        ),
      );
  await tries.make('ten tokens for one proof at once', async () => {
    const proof = await at();
    const programs = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? agent : agent.at(people.other)));
    const answers = await Promise.all(
      programs.map((by) => by.token({ grant_type: 'client_credentials' }, { dpop: proof })),
    );
    const given = answers.filter(({ status }) => status === 200).length;
    if (given !== 1) notHeld(`${given} tokens`);
  });
}

/** A code that was asked for with a key, and what renews a bound token, are for that key alone. */
async function renewed(tries, { people, nothing, ada, program, key, thief }) {
  const at = async (by) => ({ dpop: await by.proof(ENDPOINT, { method: 'POST' }) });
  const connect = async () => program.connect(ada.browser, { scope: 'documents:read' }, await at(key));
  const renew = (client, token, headers) =>
    new Program(client, program.id).token({ grant_type: 'refresh_token', refresh_token: token }, headers);
  for (const [where, client] of Object.entries({ one: people.client, another: people.other })) {
    await tries.make(`a bound token is renewed without a proof, at ${where} replica`, async () => {
      const { refresh_token: token } = await connect();
      await nothing.by(() => renew(client, token), 'invalid_dpop_proof');
    });
    await tries.make(`a bound token is renewed by the key of a thief, at ${where} replica`, async () => {
      const { refresh_token: token } = await connect();
      const proof = await at(thief);
      await nothing.by(() => renew(client, token, proof), 'invalid_dpop_proof');
    });
  }
  const code = async () => {
    const verifier = newVerifier();
    const target = await program.agree(ada.browser, {
      code_challenge: challengeOf(verifier),
      dpop_jkt: await calculateJwkThumbprint(key.jwk),
    });
    return {
      grant_type: 'authorization_code',
      code: new URL(target).searchParams.get('code'),
      code_verifier: verifier,
      redirect_uri: CALLBACK,
    };
  };
  await tries.make('a code that is bound to a key, with a proof of it', async () => {
    const { status, body } = await program.token(await code(), await at(key));
    if (status !== 200 || body.token_type !== 'DPoP') notHeld(`${status} ${JSON.stringify(body)}`);
  });
  await tries.make('a code that is bound to a key, without a proof', async () => {
    const form = await code();
    await nothing.by(() => program.token(form), 'invalid_dpop_proof');
  });
  await tries.make('a code that is bound to a key, with a proof of another', async () => {
    const form = await code();
    const proof = await at(thief);
    await nothing.by(() => program.token(form, proof), 'invalid_dpop_proof');
  });
  await tries.make('a program that wants bound tokens alone, without a proof', async () => {
    const strict = await Program.register(people.client, { dpop_bound_access_tokens: true });
    const { code: given, verifier } = await strict.code(ada.browser);
    await nothing.by(() => strict.exchange({ code: given, verifier }), 'invalid_dpop_proof');
  });
}

export const oauthProofs = { attack };
