// Sessions that are planted, altered, brought by another way, or over; and what a session or a key is not for.
import { createHmac } from 'node:crypto';
import { notHeld } from '../tries.mjs';
import { People, refused } from './people.mjs';
import { COOKIE, PASSWORD } from './person.mjs';

async function attack(tries) {
  await People.with({}, async (people) => {
    const ada = await people.signedIn();
    const boss = await people.signedIn({ role: 'admin' });
    await altered(tries, people, ada, boss);
    await elsewhere(tries, people, boss);
    await planted(tries, people);
    await over(tries, people);
    await wrongDoors(tries, people, ada, boss);
  });
}

/** Of a cookie that is no other's: what an attacker makes of what is seen, guessed or read in the database. */
async function altered(tries, people, ada, boss) {
  const cookie = decodeURIComponent(boss.browser.cookies.get(COOKIE));
  const dot = cookie.lastIndexOf('.');
  const [token, signature] = [cookie.slice(0, dot), cookie.slice(dot + 1)];
  const own = decodeURIComponent(ada.browser.cookies.get(COOKIE));
  const ownSignature = own.slice(own.lastIndexOf('.') + 1);
  const signed = (secret) => createHmac('sha256', secret).update(token).digest('base64');
  const flip = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const values = {
    'no signature': token,
    'an empty signature': `${token}.`,
    'the signature alone': `.${signature}`,
    'the signature of another session': `${token}.${ownSignature}`,
    'a longer signature': `${token}.${signature}AAAA`,
    'a signature with more behind': `${token}.${signature}!`,
    'a signature without its end': `${token}.${signature.slice(0, -1)}`,
    'a signature with spaces': `${token}.${signature.slice(0, 9)} ${signature.slice(9)}`,
    'the signature twice': `${token}.${signature}.${signature}`,
    'a signature of other bits at its end': `${token}.${signature.slice(0, -2)}${nextLetter(signature.at(-2))}=`,
    'a signature in capitals': `${token}.${signature.toUpperCase()}`,
    'a signature of no key': `${token}.${signed('')}`,
    'a signature by a known default': `${token}.${signed('better-auth-secret-12345678901234567890')}`,
    'a signature by the key of the site': `${token}.${signed('a-key-that-only-specs-and-tests-use')}`,
    'a signature of null bytes': `${token}.${Buffer.alloc(32).toString('base64')}`,
    'a longer token': `${token}A.${signature}`,
    'a token in capitals': `${token.toUpperCase()}.${signature}`,
    'a token with a null byte': `${token}\0.${signature}`,
    'the id of the person': `${boss.id}.${signature}`,
    'a token that matches all': `%.${signature}`,
    'a token that is SQL': `' OR '1'='1.${signature}`,
    JSON: JSON.stringify({ token, userId: boss.id }),
    nothing: '',
    undefined: 'undefined',
    'broken encoding': '%E0%A4%A',
    much: 'A'.repeat(7_000),
    ...Object.fromEntries(
      [4, 12, 20, 31].map((length) => [`the first ${length} letters`, cookie.slice(0, length)]),
    ),
    ...Object.fromEntries(
      [0, 7, 15, 31].map((at) => [`letter ${at} of the token changed`, flip(cookie, at)]),
    ),
    ...Object.fromEntries(
      [1, 20, 42].map((at) => [`letter ${at} of the signature changed`, flip(cookie, dot + at)]),
    ),
  };
  for (const [title, value] of Object.entries(values))
    for (const client of [people.client, people.other])
      await tries.make(`a session cookie with ${title}`, async () => {
        const thief = people.browser(client);
        thief.cookies.set(COOKIE, encodeURIComponent(value));
        refused(await thief.me(), 'invalid_session');
        await nobody(thief, boss);
      });
  const [{ id }] = await people.site.query('SELECT id FROM sessions WHERE user_id = $1', [boss.id]);
  const [{ token: stored }] = await people.site.query('SELECT token FROM sessions WHERE id = $1', [id]);
  for (const [title, value] of Object.entries({ 'the id': id, 'the stored token': stored }))
    await tries.make(`${title} of a session, as its cookie`, async () => {
      const thief = people.browser();
      thief.cookies.set(COOKIE, value);
      refused(await thief.me(), 'invalid_session');
    });
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const nextLetter = (letter) => BASE64[(BASE64.indexOf(letter) + 1) % 64];

/** The library shows nobody's session either. */
async function nobody(browser, { id }) {
  const answer = await browser.request('GET', '/auth/get-session');
  if (answer.text.includes(id)) notHeld(`is somebody: ${answer.text.slice(0, 200)}`);
}

/** The cookie of a session counts as a cookie alone, under its own name. */
async function elsewhere(tries, people, boss) {
  const value = boss.browser.cookies.get(COOKIE);
  const token = value.split('.')[0];
  const names = [
    'bouncer_session',
    '__Secure-bouncer_session',
    '__host-bouncer_session',
    'better-auth.session_token',
    '__Secure-better-auth.session_token',
    `${COOKIE} x`,
    `x${COOKIE}`,
    'bouncer.session_token',
    'session',
    'session_token',
  ];
  for (const name of names)
    await tries.make(`a session in the cookie ${name}`, async () => {
      const thief = people.browser();
      thief.cookies.set(name, value);
      refused(await thief.me());
      await nobody(thief, boss);
    });
  for (const secret of [value, token])
    for (const name of [
      COOKIE,
      'session',
      'session_token',
      'token',
      'access_token',
      'sessionToken',
      'cookie',
    ])
      await tries.make(`a session in the query as ${name}`, async () => {
        const query = `?${name}=${encodeURIComponent(secret)}`;
        refused(await people.browser().request('GET', `/api/me${query}`));
        const answer = await people.browser().request('GET', `/auth/get-session${query}`);
        if (answer.text.includes(boss.id)) notHeld(answer.text.slice(0, 200));
      });
  for (const secret of [value, token, decodeURIComponent(value)])
    for (const [name, text] of [
      ['authorization', `Bearer ${secret}`],
      ['authorization', `Session ${secret}`],
      ['x-api-key', secret],
      ['x-session-token', secret],
      ['session-token', secret],
      ['set-auth-token', secret],
      ['x-cookie', `${COOKIE}=${secret}`],
      ['cookie2', `${COOKIE}=${secret}`],
    ])
      await tries.make(`a session in the header ${name}: ${text.split(' ')[0].slice(0, 10)}`, async () => {
        const headers = { [name]: text };
        refused(await people.browser().request('GET', '/api/me', undefined, headers));
        const answer = await people.browser().request('GET', '/auth/get-session', undefined, headers);
        if (answer.text.includes(boss.id)) notHeld(answer.text.slice(0, 200));
      });
}

/** What an attacker put into the browser before a person signs in gives the attacker nothing afterwards. */
async function planted(tries, people) {
  const attacker = await people.signedIn();
  const plants = {
    'a cookie of no session': 'planted.planted',
    'the session of the attacker': attacker.browser.cookies.get(COOKIE),
    'an empty cookie': '',
  };
  for (const [title, value] of Object.entries(plants))
    for (const way of ['/auth/sign-in/email', '/auth/pages/sign-in'])
      await tries.make(`${title}, before a sign-in at ${way}`, async () => {
        const victim = await people.person();
        const browser = people.browser();
        browser.cookies.set(COOKIE, value);
        if (way.includes('pages')) await browser.submit(way, { email: victim.email, password: PASSWORD });
        else await browser.signIn(victim.email);
        if (browser.cookies.get(COOKIE) === value) notHeld('the cookie stayed');
        const me = await browser.me();
        if (me.body?.user?.id !== victim.id) notHeld(`is not the person: ${me.text}`);
        const thief = people.browser();
        thief.cookies.set(COOKIE, value);
        if ((await thief.me()).body?.user?.id === victim.id)
          notHeld('the plant is the session of the person');
      });
  await tries.make('a session is another one after each sign-in', async () => {
    const victim = await people.person();
    const values = [];
    for (let i = 0; i < 3; i++) values.push((await people.enter(victim.email)).cookies.get(COOKIE));
    if (new Set(values).size !== 3) notHeld('is the same');
  });
  await tries.make('the cookie of the second step, planted, is no session once the code came', async () => {
    const victim = await people.signedIn();
    const app = await people.withApp(victim);
    const browser = await people.enter(victim.email);
    const half = browser.copy();
    const answer = await browser.request('POST', '/auth/two-factor/verify-totp', { code: app.code() });
    if (answer.status !== 200) notHeld(answer.text);
    refused(await half.me());
    for (const value of half.cookies.values()) {
      const thief = people.browser();
      thief.cookies.set(COOKIE, value);
      refused(await thief.me());
    }
    const again = await half.request('POST', '/auth/two-factor/verify-totp', { code: app.code(1) });
    refused(again);
  });
}

/** A copy of a cookie has no power once its session is over, on either service. */
async function over(tries, people) {
  const ends = {
    'a sign-out': ({ browser }) => browser.request('POST', '/auth/sign-out', {}),
    'a sign-out by the page': ({ browser }) => browser.submit('/auth/pages/sign-out', {}),
    'a change of the password': ({ browser }) =>
      browser.request('POST', '/auth/change-password', {
        currentPassword: PASSWORD,
        newPassword: `${PASSWORD}!`,
        revokeOtherSessions: true,
      }),
    'a reset of the password': async ({ browser, email }) => {
      await browser.request('POST', '/auth/request-password-reset', { email });
      const text = await people.mails.text(email, 2);
      const token = /token=([^&\s]+)/.exec(text)[1];
      return people.browser().request('POST', '/auth/reset-password', { token, newPassword: `${PASSWORD}!` });
    },
    'its end by the person': async ({ browser }) => {
      const { sessions } = (await browser.request('GET', '/api/sessions')).body;
      return browser.request('DELETE', `/api/sessions/${sessions[0].id}`);
    },
    'the end of all by the library': ({ browser }) => browser.request('POST', '/auth/revoke-sessions', {}),
    'a deactivation': ({ id }) =>
      people.client.send('PATCH', `/api/users/${id}`, {
        key: people.site.adminKey,
        body: { isActive: false },
      }),
    'a deactivation in the database': ({ id }) =>
      people.site
        .query('UPDATE users SET is_active = false WHERE id = $1', [id])
        .then(() => ({ status: 200 })),
    'an added second factor': (person) => people.withApp(person).then(() => ({ status: 200 })),
  };
  for (const [title, end] of Object.entries(ends)) {
    const person = await people.signedIn();
    const stolen = person.browser.copy();
    const there = person.browser.copy(people.other);
    if ((await stolen.me()).status !== 200 || (await there.me()).status !== 200)
      throw new Error('no session');
    const ended = await end(person);
    if (ended.status >= 400) throw new Error(`${title}: ${ended.text}`);
    for (const thief of [stolen, there])
      await tries.make(`a stolen cookie after ${title}`, async () => {
        if (title.includes('database')) await passed();
        refused(await thief.me(), undefined);
        await nobody(thief, person);
        refused(await thief.request('POST', '/api/documents', { title: 'Left', content: 'behind' }));
      });
  }
}

/** What changes in the database without the service is known to the replicas a moment later. */
const passed = () => new Promise((wake) => setTimeout(wake, 1_000));

/** A session is not for agents, and a key is not for what a person decides. */
async function wrongDoors(tries, people, ada, boss) {
  const calls = ['initialize', 'tools/list', 'tools/call', 'resources/list', 'prompts/list', 'ping'];
  for (const { browser } of [ada, boss])
    for (const method of calls)
      for (const path of ['/mcp', '/mcp/']) {
        const params = method === 'tools/call' ? { name: 'whoami', arguments: {} } : {};
        await tries.make(`${method} at ${path} with the cookie of a session`, async () => {
          const headers = { accept: 'application/json, text/event-stream' };
          const body = { jsonrpc: '2.0', id: 1, method, params };
          refused(await browser.request('POST', path, body, headers));
        });
      }
  const scim = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'new@example.com' };
  /** @type {[method: string, path: string, body?: object][]} */
  const directory = [
    ['GET', '/scim/v2/Users', undefined],
    ['POST', '/scim/v2/Users', scim],
  ];
  for (const [method, path, body] of directory)
    await tries.make(`${method} ${path} with the session of an administrator`, async () => {
      await people.unchanged(async () => {
        const answer = await boss.browser.request(method, path, body);
        refused(answer);
        return answer;
      });
    });
  const { key } = await people.site.key(people.client, boss.id, ['admin']);
  for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }])
    for (const [method, path, body] of LIBRARY)
      await tries.make(`${method} ${path} with a key in ${Object.keys(headers)[0]}`, async () => {
        await people.unchanged(async () => {
          const answer = await people.browser().request(method, path, body, headers);
          const { text } = answer;
          if (text.includes(boss.id) || text.includes(boss.email)) notHeld(text.slice(0, 200));
          if (answer.status >= 500) notHeld(text.slice(0, 200));
          if (
            answer.headers['set-cookie']?.some(
              (one) => one.startsWith(`${COOKIE}=`) && !/max-age=0/i.test(one),
            )
          )
            notHeld('made a session');
          return answer;
        });
      });
  await tries.make('a session with a key beside it counts as the key', async () => {
    const { key: weak } = await people.site.key(people.client, ada.id, ['documents:read']);
    const answer = await boss.browser.request('GET', '/api/users', undefined, { 'x-api-key': weak });
    refused(answer, 'insufficient_scope');
  });
}

/** @type {[method: string, path: string, body?: object][]} */
const LIBRARY = [
  ['GET', '/auth/get-session'],
  ['GET', '/auth/list-sessions'],
  ['GET', '/auth/list-accounts'],
  ['GET', '/auth/passkey/list-user-passkeys'],
  ['GET', '/auth/passkey/generate-register-options'],
  ['GET', '/auth/pages/account'],
  ['POST', '/auth/update-user', { name: 'Changed' }],
  ['POST', '/auth/change-password', { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }],
  ['POST', '/auth/change-email', { newEmail: 'changed@example.com' }],
  ['POST', '/auth/set-password', { newPassword: `${PASSWORD}!` }],
  ['POST', '/auth/delete-user', {}],
  ['POST', '/auth/two-factor/enable', { password: PASSWORD }],
  ['POST', '/auth/two-factor/disable', { password: PASSWORD }],
  ['POST', '/auth/revoke-sessions', {}],
  ['POST', '/auth/unlink-account', { providerId: 'credential' }],
  ['POST', '/auth/link-social', { provider: 'google' }],
];

export const sessionTheft = { attack };
