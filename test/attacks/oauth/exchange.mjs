// Agents that exchange a token (RFC 8693) for more than it may, in a chain without end, for somebody else, or with what is no token any more.
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { eventually } from '../../faults/service.mjs';
import { notHeld } from '../tries.mjs';
import { People, refused } from '../identity/people.mjs';
import { ORIGIN } from '../identity/person.mjs';
import { ACCESS_TOKEN, AgentProgram, EXCHANGE } from './agent-program.mjs';
import { NothingGiven } from './nothing-given.mjs';
import { me, Program } from './program.mjs';
import { asService, part, ProofKey } from './signing.mjs';

const DATA = ['documents:read', 'documents:write'];
const EVIL = 'https://evil.example.com';
const TOO_WIDE = ['invalid_scope', 'invalid_request'];

async function attack(tries) {
  await People.with({ OAUTH_DCR: 'open' }, async (people) => {
    const nothing = new NothingGiven(people);
    const ada = await people.signedIn();
    const program = await Program.register(people.client);
    const connect = (scope = DATA.join(' ')) => program.connect(ada.browser, { scope });
    const given = { people, nothing, ada, program, connect };
    await widened(tries, given);
    await tooDeep(tries, given);
    await elsewhere(tries, given);
    await noSubject(tries, given);
    await mayNot(tries, given);
    await bound(tries, given);
    await tries.make('what the audit says of all exchanges that were refused', () => nothing.recorded());
  });
}

/** Ways to write that more is wanted than `documents:read`. */
const WIDER = [
  'documents:write',
  'documents:read documents:write',
  'documents:write documents:read',
  'documents:delete',
  'documents:*',
  '*:read',
  '*',
  '*:*',
  'read',
  'write',
  'read write',
  'admin',
  'keys:write',
  'users:write',
  'audit:read',
  'agents:create',
  'clients:write',
  'offline_access',
  'openid',
  'documents:read offline_access',
  'documents:read openid profile email',
  'Documents:Write',
  'DOCUMENTS:WRITE',
  'documents:write\u200b',
  'documents:writ\u0435',
  'documents:read\tdocuments:write',
  'documents:read\ndocuments:write',
  'documents:read\u00a0documents:write',
  'documents:read,documents:write',
  'documents:read+documents:write',
  'documents:read;documents:write',
  'documents:read%20documents:write',
  'documents:read  documents:write',
  'documents:read documents:read documents:write',
  '["documents:read","documents:write"]',
  "documents:read' OR '1'='1",
  `documents:read ${'x'.repeat(17_000)}`,
  '__proto__',
  'constructor',
];

/** No spelling gives more than the token, the agent, and the client of the agent all have. */
async function widened(tries, { people, nothing, connect, ada, program }) {
  const agent = await AgentProgram.make(people, { scopes: [...DATA, 'documents:delete'] });
  const reader = await AgentProgram.make(people, { scopes: ['documents:read'] });
  const readerByClient = await AgentProgram.make(people, {
    scopes: DATA,
    client: { clientCredentialsScopes: ['documents:read'] },
  });
  const narrow = (await connect('documents:read')).access_token;
  const wide = (await connect()).access_token;
  const narrowed = await agent.actFor(wide, { scope: 'documents:read' });
  const sides = {
    'the token': [agent, narrow],
    'a token that was narrowed before': [readerByClient, narrowed],
    'the agent': [reader, wide],
    'the client of the agent': [readerByClient, wide],
  };
  await tries.make('each side has what all have', async () => {
    for (const [by, token] of Object.values(sides)) {
      const { status, body } = await me(people.other, await by.actFor(token));
      if (status !== 200 || String(body.scopes) !== 'documents:read') notHeld(`${status} ${body.scopes}`);
    }
  });
  for (const [side, [by, token]] of Object.entries(sides))
    for (const scope of WIDER)
      await tries.make(`more than ${side} has, by ${JSON.stringify(scope.slice(0, 60))}`, () =>
        nothing.by(() => by.exchanged(token, { scope }), TOO_WIDE),
      );
  await tries.make('scopes with what is no text between them', async () => {
    const scope = 'documents:read\0documents:write';
    refused(await nothing.unchanged(() => agent.exchanged(narrow, { scope })), 'validation_error');
  });
  await tries.make('a scope that is named twice', () =>
    nothing.by(() => agent.exchanged(narrow, { scope: ['documents:read', 'documents:write'] })),
  );
  const json = (scope) => () => {
    const members = { grant_type: EXCHANGE, subject_token: narrow, subject_token_type: ACCESS_TOKEN, scope };
    const pair = Buffer.from(`${agent.id}:${agent.secret}`).toString('base64');
    const headers = { host: new URL(ORIGIN).host, authorization: `Basic ${pair}` };
    return people.client.send('POST', '/auth/oauth2/token', { headers, body: members });
  };
  for (const scope of [DATA, { 0: 'documents:write' }, DATA.join(' ')])
    await tries.make(`scopes as JSON, ${JSON.stringify(scope)}`, () => nothing.by(json(scope)));
  await tries.make('a token that was exchanged, as what renews one', () =>
    nothing.by(() => agent.token({ grant_type: 'refresh_token', refresh_token: narrowed })),
  );
  await tries.make('a token that was exchanged, after the person has taken scopes away', async () => {
    const other = await Program.register(people.client);
    const { access_token: token } = await other.connect(ada.browser, { scope: DATA.join(' ') });
    const exchanged = await agent.actFor(token);
    await people.site.query(`UPDATE oauth_consents SET scopes = '["documents:read"]' WHERE client_id = $1`, [
      other.id,
    ]);
    // Nobody waits for what is changed in the tables.
    for (const client of [people.client, people.other])
      await eventually(
        () => me(client, exchanged),
        ({ body }) => String(body.scopes) === 'documents:read',
      );
  });
  const claims = {
    act: JSON.stringify({ sub: ada.id }),
    may_act: JSON.stringify({ sub: ada.id }),
    sub: ada.id,
    user_id: ada.id,
    org: randomUUID(),
    gid: randomUUID(),
    cnf: '{}',
    exp: '4102444800',
    expires_in: '31536000',
    requested_scope: 'admin',
    client_secret_expires_at: '0',
  };
  for (const [name, value] of Object.entries(claims))
    await tries.make(`a request that says ${name} itself`, async () => {
      const { body, status } = await reader.exchanged(wide, { [name]: value });
      if (status !== 200) return;
      const said = decodeJwt(body.access_token);
      const before = decodeJwt(wide);
      const same = ['sub', 'org', 'gid'].every((claim) => said[claim] === before[claim]);
      if (!same || said.act.sub !== reader.agentId || said.act.act || said.scope !== 'documents:read')
        notHeld(JSON.stringify(said));
      if (said.exp > before.exp) notHeld(`outlives what it came from by ${said.exp - before.exp} s`);
    });
  await tries.make('a public program that registered itself exchanges its own token', () =>
    nothing.by(() =>
      program.token({ grant_type: EXCHANGE, subject_token: wide, subject_token_type: ACCESS_TOKEN }),
    ),
  );
}

/** Three agents act in one token at most, each of them once, and all in one organisation. */
async function tooDeep(tries, { people, nothing, connect }) {
  const agents = [];
  for (let count = 0; count < 5; count++) agents.push(await AgentProgram.make(people, { scopes: DATA }));
  const [first, second, third, fourth, caller] = agents;
  const starts = {
    'of a person': (await connect()).access_token,
    'of an agent': await caller.own(),
  };
  for (const [title, start] of Object.entries(starts)) {
    const one = await first.actFor(start);
    const two = await second.actFor(one);
    const three = await third.actFor(two);
    await tries.make(`a chain that begins with a token ${title}, as deep as it may be`, async () => {
      const { status } = await me(people.other, three);
      if (status !== 200) notHeld(`answered ${status}`);
    });
    await tries.make(`a fourth agent behind a token ${title}`, () =>
      nothing.by(() => fourth.exchanged(three), 'invalid_request'),
    );
    for (const [who, agent] of Object.entries({ first, second, third }))
      await tries.make(`the ${who} agent again, behind a token ${title}`, () =>
        nothing.by(() => agent.exchanged(three), 'invalid_request'),
      );
    await tries.make(`an agent behind itself, behind a token ${title}`, () =>
      nothing.by(() => first.exchanged(one), 'invalid_request'),
    );
    const [head, body, signature] = three.split('.');
    const claims = decodeJwt(three);
    const forged = {
      'without its chain': { act: undefined, from: undefined },
      'with a shorter chain': { act: { sub: third.agentId } },
      'with another agent': { act: { sub: fourth.agentId, act: claims.act } },
      'with an empty chain': { act: {} },
      'without what it came from': { from: [] },
    };
    for (const [how, over] of Object.entries(forged))
      await tries.make(`the deepest token ${title} ${how}`, async () => {
        const token = `${head}.${part({ ...claims, ...over })}.${signature}`;
        await nothing.by(() => fourth.exchanged(token), 'invalid_request');
        refused(await me(people.client, token));
      });
    await tries.make(`the deepest token ${title} with another signature`, () =>
      nothing.by(() => fourth.exchanged(`${head}.${body}.${'A'.repeat(86)}`), 'invalid_request'),
    );
  }
  await tries.make('a token of an agent, exchanged by that agent', async () => {
    const own = await caller.own();
    await nothing.by(() => caller.exchanged(own), 'invalid_request');
  });
}

/** An agent acts for people and agents of its organisation alone, and only with its own token as the one of the actor. */
async function elsewhere(tries, { people, nothing, connect }) {
  const { key } = await organization(people);
  const agent = await AgentProgram.make(people, { scopes: DATA });
  const colleague = await AgentProgram.make(people, { scopes: DATA });
  const stranger = await AgentProgram.make(people, { scopes: DATA, key });
  const { access_token: token, refresh_token: refreshToken } = await connect();
  await tries.make('an agent of another organization with the token of a person', () =>
    nothing.by(() => stranger.exchanged(token), 'invalid_request'),
  );
  await tries.make('an agent of another organization with the token of an agent', async () => {
    const own = await agent.own();
    await nothing.by(() => stranger.exchanged(own), 'invalid_request');
  });
  await tries.make('an agent with the token of an agent of another organization', async () => {
    const own = await stranger.own();
    await nothing.by(() => agent.exchanged(own), 'invalid_request');
  });
  const actors = {
    'of an agent of another organization': () => stranger.own(),
    'of another agent': () => colleague.own(),
    'of a person': () => token,
    'of the agent for a person': () => agent.actFor(token),
    'that renews others': () => refreshToken,
    'that is a key': () => people.site.adminKey,
    'that is none': () => 'x.y.z',
    'of the agent, which was revoked': async () => {
      const own = await agent.own();
      await agent.post(
        '/auth/oauth2/revoke',
        { token: own },
        { authorization: `Basic ${Buffer.from(`${agent.id}:${agent.secret}`).toString('base64')}` },
      );
      return own;
    },
  };
  await tries.make('the own token of the agent as that of the actor', async () => {
    const own = await agent.own();
    await agent.actFor(token, { actor_token: own, actor_token_type: ACCESS_TOKEN });
  });
  for (const [title, actor] of Object.entries(actors))
    await tries.make(`a token of the actor ${title}`, async () => {
      const members = { actor_token: await actor(), actor_token_type: ACCESS_TOKEN };
      await nothing.by(() => agent.exchanged(token, members), 'invalid_request');
    });
  const places = {
    'another audience': { audience: `${EVIL}/mcp` },
    'another audience beside this one': { audience: [`${ORIGIN}/mcp`, EVIL] },
    'another resource': { resource: `${EVIL}/mcp` },
    'another resource beside this one': { resource: [`${ORIGIN}/mcp`, `${EVIL}/mcp`] },
    'a resource below this one': { resource: `${ORIGIN}/mcp/other` },
    'an audience that begins like this one': { audience: `${ORIGIN}.evil.example.com` },
  };
  for (const [title, members] of Object.entries(places))
    await tries.make(`a token for ${title}`, () =>
      nothing.by(() => agent.exchanged(token, members), 'invalid_target'),
    );
}

/** An organisation with a key of its administrator. */
async function organization({ client, site }) {
  const send = async (method, path, body) => {
    const answer = await client.send(method, path, { key: site.adminKey, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  const owner = { email: `owner${randomUUID()}@example.net`, name: 'Owner' };
  const { id: organizationId } = await send('POST', '/api/organizations', { name: 'Elsewhere', owner });
  const { members } = await send('GET', `/api/organizations/${organizationId}/members`);
  const key = { name: 'Key', userId: members[0].id, organizationId, scopes: ['admin'] };
  return { id: organizationId, key: (await send('POST', '/api/mcp/keys', key)).apiKey };
}

/** What is no token of this service that is accepted now, is exchanged for nothing. */
async function noSubject(tries, { people, nothing, ada, program, connect }) {
  const agent = await AgentProgram.make(people, { scopes: DATA });
  const fresh = async () => (await connect()).access_token;
  const other = () => Program.register(people.client);
  const ended = {
    'that its program has revoked': async () => {
      const token = await fresh();
      await program.post('/auth/oauth2/revoke', { token });
      return token;
    },
    'whose refresh token its program has revoked': async () => {
      const tokens = await connect();
      await program.post('/auth/oauth2/revoke', { token: tokens.refresh_token });
      return tokens.access_token;
    },
    'whose refresh token was used twice': async () => {
      const tokens = await connect();
      await program.refresh(tokens.refresh_token);
      await program.refresh(tokens.refresh_token);
      return tokens.access_token;
    },
    'whose grant the person has ended': async () => {
      const client = await other();
      const { access_token: token } = await client.connect(ada.browser, { scope: 'documents:read' });
      const { body } = await ada.browser.request('GET', '/api/oauth/grants');
      const { id } = body.grants.find(({ clientId }) => clientId === client.id);
      await ada.browser.request('DELETE', `/api/oauth/grants/${id}`);
      return token;
    },
    'whose program an administrator has blocked': async () => {
      const client = await other();
      const { access_token: token } = await client.connect(ada.browser, { scope: 'documents:read' });
      await people.client.send('PATCH', `/api/oauth/clients/${client.id}`, {
        key: people.site.adminKey,
        body: { state: 'blocked' },
      });
      return token;
    },
    'whose person was deactivated': async () => {
      const eve = await people.signedIn();
      const { access_token: token } = await program.connect(eve.browser, { scope: 'documents:read' });
      await people.client.send('PATCH', `/api/users/${eve.id}`, {
        key: people.site.adminKey,
        body: { isActive: false },
      });
      return token;
    },
    'that came of an exchange whose first token was revoked': async () => {
      const token = await fresh();
      const middle = await AgentProgram.make(people, { scopes: DATA });
      const exchanged = await middle.actFor(token);
      await program.post('/auth/oauth2/revoke', { token });
      return exchanged;
    },
    'of an agent that was retired': async () => {
      const middle = await AgentProgram.make(people, { scopes: DATA });
      const exchanged = await middle.actFor(await fresh());
      await people.client.send('DELETE', `/api/agents/${middle.agentId}`, { key: people.site.adminKey });
      return exchanged;
    },
  };
  for (const [title, subject] of Object.entries(ended))
    await tries.make(`a token ${title}`, async () => {
      const token = await subject();
      for (const by of [agent, agent.at(people.other)])
        await nothing.by(() => by.exchanged(token), 'invalid_request');
    });
  const tokens = await connect('openid documents:read');
  const others = {
    'a refresh token': tokens.refresh_token,
    'an ID token': tokens.id_token,
    'a key': people.site.adminKey,
    'a session': [...ada.browser.cookies.values()][0],
    nothing: '',
    'a text': 'token',
    'an unsigned token': `${part({ alg: 'none', typ: 'at+jwt' })}.${tokens.access_token.split('.')[1]}.`,
    'a very long token': `${tokens.access_token}${'A'.repeat(20_000)}`,
  };
  for (const [title, subject] of Object.entries(others))
    await tries.make(`${title} as the token`, () =>
      nothing.by(() => agent.exchanged(subject), 'invalid_request'),
    );
  for (const type of ['id_token', 'refresh_token', 'jwt', 'saml2', 'ACCESS_TOKEN', '', 'access_token '])
    await tries.make(`a token of the type ${JSON.stringify(type)}`, () =>
      nothing.by(
        () =>
          agent.exchanged(tokens.access_token, {
            subject_token_type: `urn:ietf:params:oauth:token-type:${type}`,
          }),
        'invalid_request',
      ),
    );
  for (const type of ['id_token', 'refresh_token', 'id-jag', 'jwt'])
    await tries.make(`a token in exchange for an ${type}`, () =>
      nothing.by(
        () =>
          agent.exchanged(tokens.access_token, {
            requested_token_type: `urn:ietf:params:oauth:token-type:${type}`,
          }),
        'invalid_request',
      ),
    );
  await signedForOthers(tries, { people, nothing, agent, token: tokens.access_token });
}

/** Not everything that the service's own key has signed is a token for this service now. */
async function signedForOthers(tries, { people, nothing, agent, token }) {
  const sign = await asService(people, ORIGIN);
  const claims = { ...decodeJwt(token), jti: randomUUID() };
  const now = Math.floor(Date.now() / 1000);
  const boss = await people.signedIn({ role: 'admin' });
  await tries.make('a token that the service could have signed itself', async () => {
    const signed = await sign(claims);
    // A service that has just read its keys does not read them again for some seconds.
    await eventually(
      () => agent.exchanged(signed),
      ({ status }) => status === 200,
    );
  });
  /** @type {Record<string, [claims: object, header?: object]>} */
  const wrong = {
    'has expired': [{ exp: now - 1 }],
    'expired long ago': [{ iat: now - 7_200, exp: now - 3_600 }],
    'has no end': [{ exp: undefined }],
    'is not valid yet': [{ nbf: now + 600 }],
    'is for another resource': [{ aud: `${EVIL}/mcp` }],
    'is for a resource below this one': [{ aud: `${ORIGIN}/mcp/other` }],
    'is for nobody': [{ aud: undefined }],
    'is of another issuer': [{ iss: EVIL }],
    'is of an issuer that begins like this one': [{ iss: `${ORIGIN}.evil.example.com` }],
    'has no id': [{ jti: undefined }],
    'is of another person': [{ sub: boss.id }],
    'is of nobody': [{ sub: randomUUID() }],
    'is of a grant that is unknown': [{ gid: randomUUID() }],
    'is of another organization': [{ org: randomUUID() }],
    'is of a client that is unknown': [{ client_id: randomUUID() }],
    'has an actor that is unknown': [{ act: { sub: randomUUID() } }],
    'has an actor who is a person': [{ act: { sub: boss.id } }],
    'has the type of an ID token': [{}, { typ: 'JWT' }],
    'has no type': [{}, { typ: undefined }],
    'has the type of an assertion': [{}, { typ: 'oauth-id-jag+jwt' }],
  };
  for (const [title, [over, header]] of Object.entries(wrong))
    await tries.make(`a token of the service's own key that ${title}`, async () => {
      const signed = await sign({ ...claims, jti: randomUUID(), ...over }, header);
      await nothing.by(() => agent.exchanged(signed), 'invalid_request');
      refused(await me(people.client, signed));
    });
}

/** Only the client of an agent that works, with this grant type, which shows who it is. */
async function mayNot(tries, { people, nothing, ada, program, connect }) {
  const { access_token: token } = await connect();
  const make = (client) => AgentProgram.make(people, { scopes: DATA, client });
  const agent = await make();
  const change = (method, path, body) =>
    people.client.send(method, path, { key: people.site.adminKey, body });
  const form = { grant_type: EXCHANGE, subject_token: token, subject_token_type: ACCESS_TOKEN };
  const clients = {
    'a client without this grant type': async () => {
      const other = await make({ grantTypes: ['client_credentials'] });
      return other.exchanged(token);
    },
    'a client that was blocked': async () => {
      const other = await make();
      await change('PATCH', `/api/oauth/clients/${other.id}`, { state: 'blocked' });
      return other.exchanged(token);
    },
    'a client that was removed': async () => {
      const other = await make();
      await change('DELETE', `/api/oauth/clients/${other.id}`);
      return other.exchanged(token);
    },
    'the client of an agent that was retired': async () => {
      const other = await make();
      await change('DELETE', `/api/agents/${other.agentId}`);
      return other.exchanged(token);
    },
    'the client of an agent that has ended': async () => {
      const other = await make();
      await people.site.query("UPDATE agents SET ends_at = now() - interval '1 second' WHERE id = $1", [
        other.agentId,
      ]);
      return other.exchanged(token);
    },
    'a client with a wrong secret': () =>
      Object.assign(new AgentProgram(people.client, agent.id), { secret: 'wrong' }).exchanged(token),
    'a client with an empty secret': () =>
      Object.assign(new AgentProgram(people.client, agent.id), { secret: '' }).exchanged(token),
    'a client with the secret of another': async () =>
      Object.assign(new AgentProgram(people.client, agent.id), { secret: (await make()).secret }).exchanged(
        token,
      ),
    'a client without a secret': () => new Program(people.client, agent.id).token(form),
    nobody: () => new Program(people.client, undefined).token(form),
    'a client that is unknown': () => new Program(people.client, randomUUID()).token(form),
    'the program that has the token': () => program.token(form),
    'a program in the name of the agent': () => program.token({ ...form, client_id: agent.id }),
    'two clients': () => agent.token({ ...form, client_id: program.id }),
    'a program that registered with the grant type': async () => {
      const metadata = { grant_types: ['authorization_code', EXCHANGE] };
      const other = await Program.register(people.client, metadata).catch(() => undefined);
      return (other ?? program).token(form);
    },
    'a program with a secret that registered with the grant type': async () => {
      const answer = await program.send('/register', {
        redirect_uris: ['http://127.0.0.1:33333/callback'],
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['authorization_code', EXCHANGE],
      });
      const { client_id: id, client_secret: secret } = answer.body;
      return Object.assign(new AgentProgram(people.client, id), { secret }).exchanged(token);
    },
    'a person with a session': () =>
      ada.browser.submit('/auth/oauth2/token', { ...form, client_id: agent.id }),
    'a key': () => new Program(people.client, agent.id).token(form, { 'x-api-key': people.site.adminKey }),
  };
  for (const [title, attempt] of Object.entries(clients))
    await tries.make(`an exchange by ${title}`, async () => {
      if (title.startsWith('a person')) refused(await nothing.unchanged(attempt));
      else await nothing.by(attempt);
    });
}

/** A token that is bound to a key stays bound to it. */
async function bound(tries, { people, nothing, ada, program }) {
  const agent = await AgentProgram.make(people, { scopes: DATA });
  const [key, thief] = [await ProofKey.make(), await ProofKey.make()];
  const endpoint = `${ORIGIN}/auth/oauth2/token`;
  const prove = async (by, parts) => ({ dpop: await by.proof(endpoint, { method: 'POST', ...parts }) });
  const { access_token: token } = await program.connect(
    ada.browser,
    { scope: 'documents:read' },
    await prove(key),
  );
  const proofs = {
    'without a proof': () => Promise.resolve({}),
    'with a proof of another key': () => prove(thief),
    'with a proof that another key has signed': () => prove(key, { key: thief.privateKey }),
    'with a proof for another address': async () => ({
      dpop: await key.proof(`${ORIGIN}/api/me`, { method: 'POST' }),
    }),
    'with a proof for another method': () => prove(key, { method: 'GET' }),
    'with an old proof': () => prove(key, { claims: { iat: Math.floor(Date.now() / 1000) - 600 } }),
    'with the header of a proof alone': async () => ({ dpop: `${part(key.header())}.${part({})}.AA` }),
    'with two proofs': async () => ({ dpop: [(await prove(thief)).dpop, (await prove(key)).dpop] }),
  };
  for (const [title, headers] of Object.entries(proofs))
    await tries.make(`a bound token ${title}`, async () => {
      const given = await headers();
      await nothing.by(() => agent.exchanged(token, {}, given));
    });
  await tries.make('a bound token with a proof that was taken', async () => {
    const given = await prove(key);
    await agent.actFor(token, {}, given);
    for (const by of [agent, agent.at(people.other)])
      await nothing.by(() => by.exchanged(token, {}, given), 'invalid_dpop_proof');
  });
  await tries.make('what a bound token is exchanged for, without its key', async () => {
    const exchanged = await agent.actFor(token, {}, await prove(key));
    refused(await me(people.client, exchanged), 'invalid_token');
    const proof = await thief.proof(`${ORIGIN}/api/me`, { token: exchanged });
    const headers = { authorization: `DPoP ${exchanged}`, dpop: proof };
    refused(await me(people.client, exchanged, headers), 'invalid_token');
  });
}

export const oauthExchange = { attack };
