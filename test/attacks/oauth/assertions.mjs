// Identity assertions of an issuer (ID-JAG) that are forged, repeated, stolen, or of somebody else.
import { createHmac, randomUUID } from 'node:crypto';
import { notHeld } from '../tries.mjs';
import { People, refused } from '../identity/people.mjs';
import { ORIGIN } from '../identity/person.mjs';
import { NothingGiven } from './nothing-given.mjs';
import { CALLBACK, me, Program } from './program.mjs';
import { Issuer, part } from './signing.mjs';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EVIL = 'https://evil.example.com';
const now = () => Math.floor(Date.now() / 1000);

async function attack(tries) {
  const [company, other, stranger] = [await Issuer.open(), await Issuer.open(), await Issuer.open()];
  const issuers = [
    { issuer: company.url, domains: ['example.com'], idJag: true },
    { issuer: other.url, domains: ['example.com'] },
  ];
  const env = { OAUTH_DCR: 'open', OAUTH_EXTERNAL_ISSUERS: JSON.stringify(issuers) };
  try {
    await People.with(env, async (people) => {
      const nothing = new NothingGiven(people);
      const ada = await people.person();
      const program = await KnownProgram.make(people.client);
      const assert = (claims, header, key) => company.assertion(claimsFor(program, ada, claims), header, key);
      const given = { people, nothing, ada, program, company, other, stranger, assert };
      await forged(tries, given);
      await meantForOthers(tries, given);
      await repeated(tries, given);
      await ofOthers(tries, given);
      await mayNot(tries, given);
      await widened(tries, given);
      await tries.make('what the audit says of all assertions that were refused', () => nothing.recorded());
    });
  } finally {
    for (const issuer of [company, other, stranger]) issuer.close();
  }
}

/** A program that shows who it is by a secret. */
class KnownProgram extends Program {
  static async make(client, metadata = {}) {
    const asked = {
      client_name: 'Known program',
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token', JWT_BEARER],
      ...metadata,
    };
    const { status, text, body } = await new Program(client).send('/register', asked);
    if (status !== 201) throw new Error(`not registered: ${text}`);
    return Object.assign(new KnownProgram(client, body.client_id), { secret: body.client_secret });
  }

  at(client) {
    return Object.assign(new KnownProgram(client, this.id), { secret: this.secret });
  }

  redeem(assertion, more = {}) {
    return this.token({ grant_type: JWT_BEARER, assertion, client_secret: this.secret, ...more });
  }
}

const claimsFor = (program, person, claims = {}) => ({
  aud: ORIGIN,
  resource: `${ORIGIN}/mcp`,
  client_id: program.id,
  email: person.email,
  scope: 'documents:read documents:write',
  ...claims,
});

/** Nothing is believed that the issuer did not sign by its key, as an assertion. */
async function forged(tries, { people, nothing, ada, program, company, stranger, assert }) {
  await tries.make('an assertion with which nothing is wrong', async () => {
    const { status, text, body } = await program.redeem(await assert());
    if (status !== 200 || (await me(people.other, body.access_token)).status !== 200)
      notHeld(`${status} ${text}`);
  });
  const good = await assert();
  const [head, body, signature] = good.split('.');
  const claims = company.claims(claimsFor(program, ada));
  const raw = (header, end, over = {}) =>
    [
      { ...company.header(), ...header },
      { ...claims, jti: randomUUID(), ...over },
    ]
      .map(part)
      .concat(end)
      .join('.');
  const mac = (secret) => {
    const text = raw({ alg: 'HS256' }, []);
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const sign = (over, header) => company.assertion({ ...claims, jti: randomUUID(), ...over }, header);
  const byStranger = (over, header) =>
    company.assertion({ ...claims, jti: randomUUID(), ...over }, header, stranger.key);
  const assertions = {
    'the algorithm none': raw({ alg: 'none' }, ''),
    'the algorithm none, and a signature': raw({ alg: 'none' }, signature),
    'the algorithm None': raw({ alg: 'None' }, ''),
    'no algorithm': raw({ alg: undefined }, signature),
    'a MAC by the public key': mac(JSON.stringify(company.jwk)),
    'a MAC by nothing': mac(''),
    'another algorithm of the key': raw({ alg: 'RS256' }, signature),
    'no signature': `${head}.${body}.`,
    'a signature of zeros': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    'the signature of another': raw({}, signature),
    'the signature of a stranger': await byStranger(),
    "a stranger's key in the header": await byStranger({}, { jwk: stranger.jwk }),
    "a stranger's key by address": await byStranger({}, { jku: `${stranger.url}/jwks` }),
    "a stranger's key id": await byStranger({}, { kid: stranger.jwk.kid }),
    'no key id, of a stranger': await byStranger({}, { kid: undefined }),
    'a key id that is a path': await byStranger({}, { kid: '../../../dev/null' }),
    'a critical member': raw({ crit: ['x'], x: 1 }, signature),
    'the type of a token': await sign({}, { typ: 'at+jwt' }),
    'the type JWT': await sign({}, { typ: 'JWT' }),
    'the type of a proof': await sign({}, { typ: 'dpop+jwt' }),
    'no type': await sign({}, { typ: undefined }),
    'a type that begins like it': await sign({}, { typ: 'oauth-id-jag+jwt2' }),
    'an end that is over': await sign({ exp: now() - 60 }),
    'an end long ago': await sign({ iat: now() - 7_200, exp: now() - 3_600 }),
    'an end too far away': await sign({ exp: now() + 86_400 }),
    'an end in text': await sign({ exp: String(now() + 60) }),
    'no end': await sign({ exp: undefined }),
    'a beginning that is to come': await sign({ nbf: now() + 600 }),
    'a time that is to come': await sign({ iat: now() + 600, exp: now() + 900 }),
    'no time': await sign({ iat: undefined }),
    'no id': await sign({ jti: undefined }),
    'an empty id': await sign({ jti: '' }),
    'a number as id': await sign({ jti: 7 }),
    'a list as id': await sign({ jti: ['x'] }),
    'no subject': await sign({ sub: undefined }),
    'two parts': `${head}.${body}`,
    'four parts': `${good}.${signature}`,
    'dots alone': '..',
    'nothing in it': '',
    'another encoding': good.replace('.', '%2E'),
    'much in it': await sign({ x: 'A'.repeat(20_000) }),
    'a list of claims': [company.header(), [claims]].map(part).concat(signature).join('.'),
    'null as claims': [company.header(), null].map(part).concat(signature).join('.'),
  };
  for (const [title, assertion] of Object.entries(assertions))
    for (const by of [program, program.at(people.other)])
      await tries.make(`an assertion with ${title}`, () =>
        nothing.by(() => by.redeem(assertion), ['invalid_grant', 'invalid_request']),
      );
}

/** An assertion is for this service, this resource and the program that shows who it is. */
async function meantForOthers(tries, { people, nothing, ada, program, company, other, stranger, assert }) {
  const thief = await KnownProgram.make(people.client);
  const claims = {
    'another service': { aud: EVIL },
    'a service that begins like this one': { aud: `${ORIGIN}.evil.example.com` },
    'this service over plain HTTP': { aud: ORIGIN.replace('https:', 'http:') },
    'the token endpoint': { aud: `${ORIGIN}/auth/oauth2/token` },
    'the resource as its audience': { aud: `${ORIGIN}/mcp` },
    'this service and another': { aud: [ORIGIN, EVIL] },
    'this service twice': { aud: [ORIGIN, ORIGIN] },
    nobody: { aud: undefined },
    'nobody, by a list': { aud: [] },
    'an object': { aud: { 0: ORIGIN } },
    'another resource': { resource: `${EVIL}/mcp` },
    'this resource and another': { resource: [`${ORIGIN}/mcp`, `${EVIL}/mcp`] },
    'a resource below this one': { resource: `${ORIGIN}/mcp/other` },
    'no resource of a list': { resource: [] },
    'another program': { client_id: thief.id },
    'no program': { client_id: undefined },
    'a list of programs': { client_id: [program.id] },
    'an empty program': { client_id: '' },
    'the program in the claim of others': { client_id: undefined, azp: program.id },
  };
  for (const [title, over] of Object.entries(claims))
    await tries.make(`an assertion for ${title}`, async () => {
      const assertion = await assert(over);
      await nothing.by(() => program.redeem(assertion), 'invalid_grant');
    });
  await tries.make('an assertion that another program has stolen', async () => {
    const assertion = await assert();
    await nothing.by(() => thief.redeem(assertion), 'invalid_grant');
    const { status } = await program.redeem(assertion);
    if (status !== 200) notHeld(`the thief has used it up: ${status}`);
  });
  const issuers = {
    'of an issuer that may give none': () => other.assertion(claimsFor(program, ada)),
    'of a stranger': () => stranger.assertion(claimsFor(program, ada)),
    'of a stranger in the name of the issuer': () =>
      stranger.assertion(claimsFor(program, ada, { iss: company.url })),
    'of one issuer in the name of another': () =>
      other.assertion(claimsFor(program, ada, { iss: company.url })),
    'of one issuer with the key id of another': () =>
      other.assertion(claimsFor(program, ada, { iss: company.url }), { kid: company.jwk.kid }),
    'of an issuer with a slash more': () => assert({ iss: `${company.url}/` }),
    'of an issuer in a list': () => assert({ iss: [company.url] }),
    'of nobody': () => assert({ iss: undefined }),
    'of the service itself': () => assert({ iss: ORIGIN }),
    'of the program itself': () => assert({ iss: program.id }),
  };
  for (const [title, make] of Object.entries(issuers))
    await tries.make(`an assertion ${title}`, async () => {
      const assertion = await make();
      await nothing.by(() => program.redeem(assertion), 'invalid_grant');
    });
  await tries.make('an assertion in place of a token', async () => {
    const assertion = await assert({ aud: `${ORIGIN}/mcp` });
    refused(await me(people.client, assertion));
  });
}

/** An assertion is taken once, by whichever replica. */
async function repeated(tries, { people, nothing, program, assert }) {
  const both = [program, program.at(people.other)];
  await tries.make('an assertion again, at the same replica and at the other', async () => {
    const assertion = await assert();
    if ((await program.redeem(assertion)).status !== 200) notHeld('the first is refused');
    for (const by of both) await nothing.by(() => by.redeem(assertion), 'invalid_grant');
  });
  await tries.make('an assertion that is signed anew, with the same id', async () => {
    const jti = randomUUID();
    const first = await assert({ jti });
    if ((await program.redeem(first)).status !== 200) notHeld('the first is refused');
    for (const by of both) {
      const again = await assert({ jti, exp: now() + 600, scope: 'documents:read' });
      await nothing.by(() => by.redeem(again), 'invalid_grant');
    }
  });
  for (let time = 0; time < 5; time++)
    await tries.make(`an assertion twenty times at once, at two replicas (${time})`, async () => {
      const assertion = await assert();
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => both[n % 2].redeem(assertion)));
      const given = answers.filter(({ status }) => status === 200).length;
      if (given !== 1) notHeld(`${given} tokens`);
    });
}

/** The issuer speaks of its own people alone, and of those who are here and active. */
async function ofOthers(tries, { people, nothing, program, assert }) {
  const admin = (method, path, body) => people.client.send(method, path, { key: people.site.adminKey, body });
  const gone = await people.person();
  await admin('PATCH', `/api/users/${gone.id}`, { isActive: false });
  const owner = { email: `owner${randomUUID()}@example.com`, name: 'Owner' };
  await admin('POST', '/api/organizations', { name: 'Elsewhere', owner });
  const agent = await admin('POST', '/api/agents', { name: 'Agent', scopes: ['documents:read'] });
  const [{ email: ofAgent }] = await people.site.query('SELECT email FROM users WHERE id = $1', [
    agent.body.id,
  ]);
  const subjects = {
    'who is unknown': { email: 'nobody@example.com' },
    'who is deactivated': { email: gone.email },
    'of another organization': { email: owner.email },
    'who is an agent': { email: ofAgent ?? 'agent@example.com' },
    'of another domain': { email: 'ada@evil.example.net' },
    'of a domain that ends like the company': { email: 'ada@evil-example.com' },
    'of a domain below that of the company': { email: 'ada@sub.example.com' },
    'with an address of two domains': { email: 'ada@evil.example.net@example.com' },
    'with an address in a list': { email: ['ada@example.com'] },
    'without an address': { email: undefined },
    'with an empty address': { email: '' },
    'by an id of the service': { email: gone.id },
    'by a pattern': { email: '%@example.com' },
    'by SQL': { email: "' OR '1'='1'@example.com" },
  };
  for (const [title, over] of Object.entries(subjects))
    await tries.make(`an assertion of somebody ${title}`, async () => {
      const assertion = await assert(over);
      await nothing.by(() => program.redeem(assertion), 'invalid_grant');
    });
  await tries.make('an assertion of somebody whose address the issuer did not verify', async () => {
    const assertion = await assert({ email_verified: false });
    await nothing.by(() => program.redeem(assertion), 'invalid_grant');
  });
  await tries.make('an assertion for a grant that the person has ended', async () => {
    const mine = await KnownProgram.make(people.client);
    const eve = await people.signedIn();
    const claims = { client_id: mine.id, email: eve.email };
    const { body } = await mine.redeem(await assert(claims));
    const { body: list } = await eve.browser.request('GET', '/api/oauth/grants');
    const { id } = list.grants.find(({ clientId }) => clientId === mine.id);
    await eve.browser.request('DELETE', `/api/oauth/grants/${id}`);
    for (const by of [mine, mine.at(people.other)]) {
      const assertion = await assert(claims);
      await nothing.by(() => by.redeem(assertion), 'invalid_grant');
    }
    for (const client of [people.client, people.other]) refused(await me(client, body.access_token));
  });
}

/** Only a program that shows who it is, that may, and that the organisation lets in. */
async function mayNot(tries, { people, nothing, ada, program, assert }) {
  const forProgram = async (by) => assert({ client_id: by.id });
  const admin = (method, path, body) => people.client.send(method, path, { key: people.site.adminKey, body });
  const programs = {
    'that shows nothing': async () => program.redeem(await assert(), { client_secret: undefined }),
    'with a wrong secret': async () => program.redeem(await assert(), { client_secret: 'wrong' }),
    'with an empty secret': async () => program.redeem(await assert(), { client_secret: '' }),
    'that is unknown': async () => new KnownProgram(people.client, 'nobody').redeem(await assert()),
    'that is public': async () => {
      const open = await Program.register(people.client, { grant_types: ['authorization_code', JWT_BEARER] });
      return open.token({ grant_type: JWT_BEARER, assertion: await forProgram(open) });
    },
    'without the grant type': async () => {
      const without = await KnownProgram.make(people.client, { grant_types: ['authorization_code'] });
      return without.redeem(await forProgram(without));
    },
    'that was blocked': async () => {
      const blocked = await KnownProgram.make(people.client);
      await blocked.redeem(await forProgram(blocked));
      await admin('PATCH', `/api/oauth/clients/${blocked.id}`, { state: 'blocked' });
      return blocked;
    },
    'with another grant type': async () =>
      program.token({
        grant_type: 'client_credentials',
        assertion: await assert(),
        client_secret: program.secret,
      }),
    'that shows the assertion as who it is': async () =>
      program.token({
        grant_type: JWT_BEARER,
        assertion: await assert(),
        client_assertion: await assert(),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }),
    'that gives two assertions': async () =>
      program.redeem([await assert(), await assert({ email: ada.email })]),
    'that asks for another resource': async () => program.redeem(await assert(), { resource: `${EVIL}/mcp` }),
  };
  for (const [title, attempt] of Object.entries(programs))
    await tries.make(`an assertion by a program ${title}`, async () => {
      const first = await attempt();
      if (!(first instanceof KnownProgram)) return nothing.by(() => first);
      const assertion = await forProgram(first);
      return nothing.by(() => first.redeem(assertion), 'unauthorized_client');
    });
}

/** A token has what the assertion says, and what programs may have at all. */
async function widened(tries, { nothing, program, assert }) {
  const scopes = ['keys:write', 'users:write', 'audit:read', '*', '*:*', 'agents:create', 'openid'];
  for (const scope of [...scopes, 'admin', 'offline_access', 'Documents:Read', ''])
    await tries.make(`an assertion of the scope ${JSON.stringify(scope)}`, async () => {
      const assertion = await assert({ scope });
      await nothing.by(() => program.redeem(assertion), 'invalid_scope');
    });
  for (const scope of [...scopes, 'documents:delete', 'documents:read,documents:delete', 'delete'])
    await tries.make(`a program that asks for ${scope} alone, by an assertion without it`, async () => {
      const assertion = await assert();
      await nothing.by(() => program.redeem(assertion, { scope }), 'invalid_scope');
    });
  const within = ['documents:read', 'documents:write'];
  for (const scope of [
    'documents:read documents:delete',
    'documents:read offline_access',
    'documents:read openid',
    'documents:read keys:write',
    'documents:read admin',
    'documents:*',
    'read write delete',
    'admin',
  ])
    await tries.make(`a program that asks for ${scope} has no more than the assertion says`, async () => {
      const { status, body } = await program.redeem(await assert(), { scope });
      const { scope: given = '', refresh_token: renews } = body;
      if (status !== 200 || renews || given.split(' ').some((one) => !within.includes(one)))
        notHeld(`${status} ${given} ${renews}`);
    });
}

export const oauthAssertions = { attack };
