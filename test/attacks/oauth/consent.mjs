// The consent that is pressed by somebody else's page, and the registration that is flooded, poisoned or used to reach inside.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { notHeld } from '../tries.mjs';
import { People, refused } from '../identity/people.mjs';
import { ORIGIN } from '../identity/person.mjs';
import { FOREIGN_ORIGINS } from './foreign-origins.mjs';
import { CALLBACK, challengeOf, membersOf, newVerifier, Program } from './program.mjs';

async function attack(tries) {
  await People.with({ OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: '1000000' }, async (people) => {
    const ada = await people.signedIn();
    const program = await Program.register(people.client);
    await pressed(tries, people, ada, program);
    await poisoned(tries, people, ada);
    await inside(tries, people, ada);
  });
  await People.with({ OAUTH_DCR: 'approved', RATE_LIMIT_FAILED_KEYS: '20' }, async (people) => {
    await waiting(tries, people);
    await flooded(tries, people);
  });
}

const question = async ({ browser }, program, parameters = {}) => {
  const asked = await browser.request(
    'GET',
    program.path({ prompt: 'consent', code_challenge: challengeOf(newVerifier()), ...parameters }),
  );
  return asked.headers.location;
};

async function pressed(tries, people, ada, program) {
  for (const [title, headers] of Object.entries(FOREIGN_ORIGINS))
    await tries.make(`a consent that is sent by ${title}`, async () => {
      const page = await ada.browser.request('GET', await question(ada, program));
      const answer = await ada.browser.submit('/auth/pages/consent', membersOf(page), headers);
      refused(answer);
      if ((answer.headers.location ?? '').includes('code=')) notHeld('gives a code');
    });
  await tries.make('a consent by the route of the library', async () => {
    const page = await question(ada, program);
    const body = { accept: true, oauth_query: page.split('?')[1] };
    const answer = await ada.browser.request('POST', '/auth/oauth2/consent', body);
    if (answer.text.includes('code=')) notHeld(`gives a code: ${answer.text.slice(0, 200)}`);
  });
  await tries.make("a consent with another person's question", async () => {
    const eve = await people.signedIn();
    const page = await ada.browser.request('GET', await question(ada, program));
    const answer = await eve.browser.submit('/auth/pages/consent', membersOf(page));
    const { location = '' } = answer.headers;
    // Eve agrees for herself alone.
    if (!location.includes('code=')) return;
    const rows = await people.site.query('SELECT user_id FROM oauth_consents WHERE user_id = $1', [ada.id]);
    if (rows.length > 0) notHeld('Ada has agreed');
  });
  for (const name of [
    'client_id',
    'redirect_uri',
    'scope',
    'resource',
    'code_challenge',
    'exp',
    'sig',
    'state',
  ])
    await tries.make(`a question with another ${name}`, async () => {
      const url = new URL(await question(ada, program), ORIGIN);
      url.searchParams.set(name, name === 'redirect_uri' ? 'https://evil.example.com/' : 'another');
      const members = {
        query: url.search.slice(1),
        decision: 'allow',
        'scope:documents:read': 'on',
        'scope:another': 'on',
      };
      const answer = await ada.browser.submit('/auth/pages/consent', members);
      const { location = '' } = answer.headers;
      if (location.includes('code=') || location.includes('evil')) notHeld(location.slice(0, 300));
    });
  await tries.make('the page of consent in a frame', async () => {
    const { headers } = await ada.browser.request('GET', await question(ada, program));
    const policy = headers['content-security-policy'] ?? '';
    if (!policy.includes("frame-ancestors 'none'") || headers['x-frame-options'] !== 'DENY') notHeld(policy);
    if (!policy.includes("default-src 'none'") || /unsafe/.test(policy)) notHeld(policy);
  });
  await tries.make('what deletes, without a fresh sign-in', async () => {
    await people.site.query("UPDATE sessions SET created_at = now() - interval '1 hour' WHERE user_id = $1", [
      ada.id,
    ]);
    const old = await people.enter(ada.email);
    const [{ id }] = await people.site.query(
      'SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1',
      [ada.id],
    );
    await people.site.query("UPDATE sessions SET created_at = now() - interval '1 hour' WHERE id = $1", [id]);
    const asked = await old.request(
      'GET',
      program.path({ scope: 'documents:delete', code_challenge: challengeOf(newVerifier()) }),
    );
    const page = await old.request('GET', asked.headers.location);
    const answer = await old.submit('/auth/pages/consent', membersOf(page));
    if (!(answer.headers.location ?? '').startsWith('/auth/pages/sign-in'))
      notHeld(`${answer.status} ${answer.headers.location}`);
  });
}

const SCRIPT = '<script>alert(1)</script>';

/** What a program says of itself is shown to people, and never obeyed. */
async function poisoned(tries, people, ada) {
  const texts = [
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "'--",
    '\u202Egnissim',
    '${7*7}',
    '{{7*7}}',
    'A'.repeat(5_000),
  ];
  for (const text of texts)
    await tries.make(`a program named ${JSON.stringify(text.slice(0, 40))}`, async () => {
      const registered = await new Program(people.client).send('/register', {
        client_name: text,
        redirect_uris: [CALLBACK],
        token_endpoint_auth_method: 'none',
      });
      if (registered.status >= 500) notHeld(`${registered.status}`);
      if (registered.status !== 201) return;
      const page = await ada.browser.request(
        'GET',
        await question(ada, new Program(people.client, registered.body.client_id)),
      );
      if (page.status >= 500 || page.text.includes(SCRIPT) || page.text.includes('<img'))
        notHeld(page.text.slice(0, 400));
    });
  const uris = [
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///x',
    'http://evil.example.com/',
    'https://localhost/',
    'https://user:pass@evil.example.com/',
    'https://evil.example.com/#x',
    'blob:https://evil.example.com/x',
    'about:blank',
    'intent://x',
    'https://',
    'x',
  ];
  for (const uri of uris)
    await tries.make(`a program that registers ${uri}`, async () => {
      const answer = await new Program(people.client).send('/register', {
        redirect_uris: [uri],
        token_endpoint_auth_method: 'none',
      });
      refused(answer);
    });
  const members = {
    'no consent': { skip_consent: true },
    'no PKCE': { require_pkce: false },
    'client credentials': { grant_types: ['client_credentials'] },
    'an agent': { agent_id: ada.id, agentId: ada.id },
    'an id of its own': { client_id: 'mine' },
    'a person': { user_id: ada.id },
    'all scopes': { scope: 'admin' },
    'token exchange': { grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] },
    'another organization': { reference_id: '019a0000-0000-7000-8000-000000000000' },
  };
  for (const [title, more] of Object.entries(members))
    await tries.make(`a program that registers ${title}`, async () => {
      const answer = await new Program(people.client).send('/register', {
        redirect_uris: [CALLBACK],
        token_endpoint_auth_method: 'none',
        ...more,
      });
      if (answer.status >= 500) notHeld(`${answer.status}`);
      if (answer.status !== 201) return;
      const [row] = await people.site.query('SELECT * FROM oauth_clients WHERE client_id = $1', [
        answer.body.client_id,
      ]);
      const isPlain =
        !row.skip_consent &&
        row.require_pkce !== false &&
        row.agent_id === null &&
        row.user_id === null &&
        row.client_id !== 'mine' &&
        row.reference_id === null &&
        !(row.client_credentials_scopes?.length > 0);
      if (!isPlain) notHeld(JSON.stringify(row));
    });
}

/** A program that is named by an address makes the service read nothing inside (SSRF). */
async function inside(tries, people, ada) {
  let asked = 0;
  const server = createServer((_request, reply) => {
    asked++;
    reply.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const addresses = [
    `http://127.0.0.1:${port}/client.json`,
    `https://127.0.0.1:${port}/client.json`,
    `https://localhost:${port}/client.json`,
    `https://[::1]:${port}/client.json`,
    `https://[::ffff:127.0.0.1]:${port}/client.json`,
    `https://0.0.0.0:${port}/client.json`,
    `https://2130706433:${port}/client.json`,
    `https://0x7f.1:${port}/client.json`,
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/client.json',
    'https://192.168.0.1/client.json',
    'https://172.16.0.1/client.json',
    'https://100.64.0.1/client.json',
    'https://[fd00::1]/client.json',
    'https://[fe80::1]/client.json',
    `https://localtest.me:${port}/client.json`,
    `https://user:pass@127.0.0.1:${port}/client.json`,
    `https://127.0.0.1:${port}/a/../client.json`,
    `https://127.0.0.1:${port}/client.json#x`,
    'file:///etc/passwd',
    'gopher://127.0.0.1/x',
    'https://example.com',
  ];
  for (const address of addresses)
    for (const [who, browser] of [
      ['a person', ada.browser],
      ['nobody', people.browser()],
    ])
      await tries.make(`${address} as a program, asked by ${who}`, async () => {
        const program = new Program(people.client, address);
        const answer = await browser.request(
          'GET',
          program.path({ code_challenge: challengeOf(newVerifier()) }),
        );
        const { location = '' } = answer.headers;
        // Where no name is found, the person is told to try again later.
        const isOutOfReach = answer.status === 502;
        if ((answer.status >= 500 && !isOutOfReach) || location.includes('code='))
          notHeld(`${answer.status} ${location}`);
        if (location.startsWith('/auth/pages/consent')) notHeld(`asks the person: ${location.slice(0, 200)}`);
        await program.token({
          grant_type: 'authorization_code',
          code: 'x',
          code_verifier: 'x'.repeat(43),
          redirect_uri: CALLBACK,
        });
        if (asked > 0) notHeld('the service has read it');
      });
  server.close();
}

async function waiting(tries, people) {
  const ada = await people.signedIn();
  const program = await Program.register(people.client);
  await tries.make('a program that waits for an administrator', async () => {
    const answer = await ada.browser.request(
      'GET',
      program.path({ code_challenge: challengeOf(newVerifier()) }),
    );
    if (answer.status !== 403 || answer.headers.location !== undefined) notHeld(`${answer.status}`);
  });
  await tries.make('a question that was kept from before', async () => {
    await people.site.query("UPDATE oauth_client_decisions SET state = 'approved'");
    const page = await question(ada, program);
    await people.site.query("UPDATE oauth_client_decisions SET state = 'blocked'");
    const members = { query: page.split('?')[1], decision: 'allow', 'scope:documents:read': 'on' };
    const answer = await ada.browser.submit('/auth/pages/consent', members);
    if (answer.status !== 403) notHeld(`${answer.status} ${answer.headers.location}`);
  });
}

/** One address does not fill the table of programs. */
async function flooded(tries, people) {
  const program = new Program(people.client);
  const headers = { host: new URL(ORIGIN).host, 'x-forwarded-for': '192.0.2.1' };
  const before = Number((await people.site.query('SELECT count(*) FROM oauth_clients'))[0].count);
  const statuses = {};
  for (let time = 0; time < 60; time++) {
    const body = { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };
    const { status } = await program.client.send('POST', '/register', { headers, body });
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  const after = Number((await people.site.query('SELECT count(*) FROM oauth_clients'))[0].count);
  await tries.make('sixty registrations from one address', async () => {
    if (after - before > 25 || statuses[429] === undefined)
      notHeld(`${after - before} rows, ${JSON.stringify(statuses)}`);
  });
}

export const oauthConsent = { attack };
