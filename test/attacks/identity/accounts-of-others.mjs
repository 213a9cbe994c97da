// How an attacker would get an account, or one with more power: by members of bodies, by invitations, and by a provider that
// says of an address what it does not know.
import { OAuth2Server } from 'oauth2-mock-server';
import { notHeld } from '../tries.mjs';
import { linksIn } from './mail-sink.mjs';
import { People, refused } from './people.mjs';
import { COOKIE, ORIGIN, PASSWORD } from './person.mjs';

const OTHER_PASSWORD = 'another password than before';

async function attack(tries) {
  await People.with({ SIGN_UP: 'open' }, async (people) => {
    await powerfulBodies(tries, people);
    await hostileBodies(tries, people);
    await invitations(tries, people);
  });
  await linking(tries);
}

/** What nobody may say of oneself. */
const POWERS = {
  role: 'admin',
  isActive: true,
  is_active: true,
  emailVerified: true,
  email_verified: true,
  tier: 'unlimited',
  id: '01900000-0000-7000-8000-000000000001',
  userId: '01900000-0000-7000-8000-000000000001',
  scopes: ['admin'],
  twoFactorEnabled: false,
  signedInBy: 'passkey',
  banned: false,
  requestsPerMinute: 1_000_000,
  createdAt: '2000-01-01T00:00:00.000Z',
  'user.role': 'admin',
  'user[role]': 'admin',
  user: { role: 'admin' },
  data: { role: 'admin' },
  additionalFields: { role: 'admin' },
  metadata: { role: 'admin' },
  ['__proto__']: { role: 'admin' },
  constructor: { prototype: { role: 'admin' } },
};

/** JSON with one member more, also one that objects of JavaScript do not have as a member. */
const withMember = (body, name, value) =>
  `{${[...Object.entries(body), [name, value]].map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join(',')}}`;

async function powerfulBodies(tries, people) {
  const powers = `SELECT id, email, role, tier, is_active, requests_per_minute FROM users ORDER BY id`;
  const someone = await people.signedIn();
  /** Each is made by somebody whose power must not grow; `undefined` leaves no account behind. */
  const requests = {
    '/auth/sign-up/email': () => ({
      browser: people.browser(),
      body: {
        name: 'New',
        email: `new${Math.random().toString(36).slice(2)}@example.com`,
        password: PASSWORD,
      },
    }),
    '/auth/sign-in/email': () => ({
      browser: people.browser(),
      body: { email: someone.email, password: PASSWORD },
    }),
    '/auth/update-user': () => ({ browser: someone.browser, body: { name: 'Changed' } }),
    '/auth/change-email': () => ({ browser: someone.browser, body: { newEmail: 'boss@example.com' } }),
    '/auth/change-password': () => ({
      browser: someone.browser,
      body: { currentPassword: PASSWORD, newPassword: PASSWORD },
    }),
    '/auth/request-password-reset': () => ({ browser: people.browser(), body: { email: 'x@example.com' } }),
    '/auth/reset-password': () => ({
      browser: people.browser(),
      body: { token: 'x', newPassword: OTHER_PASSWORD },
    }),
    '/auth/send-verification-email': () => ({ browser: people.browser(), body: { email: 'x@example.com' } }),
    '/auth/two-factor/enable': () => ({ browser: someone.browser, body: { password: `${PASSWORD}!` } }),
    '/auth/passkey/verify-registration': () => ({
      browser: someone.browser,
      body: { response: {}, name: 'x' },
    }),
    '/auth/sign-in/social': () => ({ browser: people.browser(), body: { provider: 'google' } }),
    '/auth/link-social': () => ({ browser: someone.browser, body: { provider: 'google' } }),
    '/auth/admin/set-role': () => ({ browser: someone.browser, body: { userId: someone.id } }),
    '/auth/admin/create-user': () => ({
      browser: someone.browser,
      body: { email: 'made@example.com', password: PASSWORD, name: 'Made' },
    }),
    '/auth/admin/impersonate-user': () => ({ browser: someone.browser, body: {} }),
  };
  for (const [path, make] of Object.entries(requests))
    for (const [member, value] of Object.entries(POWERS).concat([['__proto__', { role: 'admin' }]]))
      await tries.make(`${path} with ${member}`, async () => {
        const before = await people.site.query(powers);
        const known = new Set(before.map(({ id }) => id));
        const { browser, body } = make();
        const answer = await browser.request('POST', path, withMember(body, member, value), {
          'content-type': 'application/json',
        });
        if (answer.status >= 500) notHeld(`${answer.status} ${answer.text.slice(0, 200)}`);
        const after = await people.site.query(powers);
        const old = after.filter(({ id }) => known.has(id));
        if (JSON.stringify(old) !== JSON.stringify(before)) notHeld('somebody has another power');
        for (const user of after.filter(({ id }) => !known.has(id)))
          if (user.role !== 'member' || user.tier !== 'development' || user.id === POWERS.id)
            notHeld(`an account was made as ${JSON.stringify(user)}`);
        const [{ count }] = await people.site.query(
          `SELECT count(*)::int AS count FROM sessions WHERE signed_in_by LIKE '%passkey%'`,
        );
        if (count > 0) notHeld('a session says that it was made with a passkey');
      });
  const forms = {
    '/auth/pages/sign-in': { email: someone.email, password: PASSWORD },
    '/auth/pages/forgot-password': { email: someone.email },
    '/auth/pages/reset-password': { token: 'x', password: OTHER_PASSWORD },
    '/auth/pages/second-step': { code: '000000' },
    '/auth/pages/invitation': { secret: 'x', password: OTHER_PASSWORD },
    '/auth/pages/link': { secret: 'x', password: OTHER_PASSWORD },
    '/auth/pages/account/end-session': { id: POWERS.id },
  };
  for (const [path, members] of Object.entries(forms))
    for (const [member, value] of Object.entries(POWERS))
      await tries.make(`${path} with ${member}`, async () => {
        await people.unchanged(async () => {
          const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
          const answer = await someone.browser.copy().submit(path, { ...members, [member]: text });
          if (answer.status >= 500) notHeld(`${answer.status} ${answer.text.slice(0, 200)}`);
          return answer;
        });
      });
}

async function hostileBodies(tries, people) {
  const someone = await people.signedIn();
  const deep = (depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const json = {
    'more than is taken': `{"email":"${'x'.repeat(70_000)}"}`,
    'ten megabytes': `{"email":"${'x'.repeat(10_000_000)}"}`,
    'a thousand levels': deep(1_000),
    'ten thousand levels': deep(10_000),
    'ten thousand lists': `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    'ten thousand members': `{${Array.from({ length: 5_000 }, (_, i) => `"m${i}":1`).join()}}`,
    'a number': '1',
    'a text': '"text"',
    null: 'null',
    'a list': '[]',
    nothing: '',
    half: '{"email":',
    'no JSON': 'email=x',
    'bytes that are no text': Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    'a null byte': '{"email":"a\\u0000@example.com","password":"x","name":"a\\u0000","token":"\\u0000"}',
    'lone surrogates':
      '{"email":"\\ud800@example.com","password":"\\udfff","name":"\\ud800","token":"\\ud800"}',
    'a huge number': '{"email":1e999,"password":1e999,"token":1e999}',
    'objects for texts': '{"email":{},"password":{},"name":{},"token":{},"newPassword":{},"code":{}}',
    'lists for texts': '{"email":[],"password":[],"name":[],"token":[],"newPassword":[],"code":[]}',
    'a member twice': `{"email":"${someone.email}","email":"x@example.com","password":"x"}`,
  };
  const paths = [
    '/auth/sign-in/email',
    '/auth/sign-up/email',
    '/auth/request-password-reset',
    '/auth/reset-password',
    '/auth/send-verification-email',
    '/auth/change-password',
    '/auth/update-user',
    '/auth/two-factor/enable',
    '/auth/two-factor/verify-totp',
    '/auth/two-factor/verify-backup-code',
    '/auth/passkey/verify-registration',
    '/auth/passkey/verify-authentication',
    '/auth/passkey/delete-passkey',
    '/auth/sign-in/social',
    '/auth/pages/sign-in',
    '/auth/pages/invitation',
  ];
  for (const path of paths)
    for (const [title, body] of Object.entries(json))
      await tries.make(`${path} with ${title}`, async () => {
        await people.unchanged(async () => {
          const answer = await someone.browser
            .copy()
            .request('POST', path, body, { 'content-type': 'application/json' });
          if (answer.status >= 500) notHeld(`${answer.status} ${answer.text.slice(0, 200)}`);
          if (answer.status === 0 && body.length < 1_000_000) notHeld(answer.text);
          if (
            answer.status > 0 &&
            answer.status < 400 &&
            !/update-user|request-password-reset|send-verification/.test(path)
          )
            notHeld(answer.text);
          return answer;
        });
      });
  for (const [title, value] of Object.entries({
    'a cookie of 16 kilobytes': 'x'.repeat(15_000),
    'a thousand cookies': Array.from({ length: 1_000 }, (_, i) => `c${i}=1`).join('; '),
    'a cookie of control characters': '\u00ff\u00fe',
  }))
    await tries.make(title, async () => {
      const answer = await people.browser().request('GET', '/auth/get-session', undefined, {
        cookie: `${COOKIE}=${value}`,
      });
      if (answer.status >= 500 || answer.status === 0) notHeld(`${answer.status} ${answer.text}`);
    });
  await tries.make('the service answers afterwards', async () => {
    if ((await someone.browser.me()).status !== 200) notHeld('does not');
  });
}

async function invitations(tries, people) {
  const accept = (secret, more = {}, client = people.client) =>
    people.browser(client).submit('/auth/pages/invitation', { secret, password: PASSWORD, ...more });
  const [before] = await people.site.query('SELECT count(*)::int AS count FROM users');
  const accepted = [];
  const roleOf = async (email) =>
    (await people.site.query('SELECT role FROM users WHERE email = $1', [email]))[0]?.role;

  await tries.make('an invitation at once by eight browsers on two services', async () => {
    const { email, secret } = await people.invite();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        accept(secret, { password: `${PASSWORD}${i}` }, i % 2 ? people.client : people.other),
      ),
    );
    const taken = answers.filter(({ status }) => status === 303).length;
    if (taken !== 1) notHeld(`${taken} were accepted`);
    accepted.push(email);
  });
  await tries.make('an invitation a second time', async () => {
    const { email, secret } = await people.invite();
    if ((await accept(secret)).status !== 303) notHeld('was not accepted at first');
    accepted.push(email);
    await people.unchanged(async () => {
      const again = await accept(secret, { password: OTHER_PASSWORD }, people.other);
      refused(again);
      return again;
    });
  });
  for (const [member, value] of Object.entries({
    email: 'eve@example.com',
    role: 'admin',
    name: 'Eve',
    userId: '01900000-0000-7000-8000-000000000001',
    tier: 'unlimited',
  }))
    await tries.make(`an invitation with another ${member}`, async () => {
      const { email, secret } = await people.invite();
      const answer = await accept(secret, { [member]: value });
      if (answer.status === 303) accepted.push(email);
      if (await roleOf('eve@example.com')) notHeld('an account of another address was made');
      if (((await roleOf(email)) ?? 'member') !== 'member') notHeld('with another role');
    });
  const lost = {
    'that is over': ({ id }) =>
      people.site.query(`UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = $1`, [
        id,
      ]),
    'that was withdrawn': ({ id }) =>
      people.client.send('DELETE', `/api/invitations/${id}`, { key: people.site.adminKey }),
    'that another one replaced': ({ email }) =>
      people.client.send('POST', '/api/invitations', {
        key: people.site.adminKey,
        body: { email, name: 'Again', role: 'member' },
      }),
    'of somebody who is deactivated': async ({ email }) => {
      const { id } = await people.user({ email });
      await people.site.query('UPDATE users SET is_active = false WHERE id = $1', [id]);
    },
    'whose role was changed': async ({ email }) => {
      const { id } = await people.user({ email });
      await people.site.query(`UPDATE users SET role = 'auditor' WHERE id = $1`, [id]);
    },
    'of somebody who has a password': async ({ email }) => {
      const { id } = await people.user({ email });
      await people.site.query('UPDATE users SET email_verified = true WHERE id = $1', [id]);
      await people.site.query(
        `INSERT INTO accounts (account_id, provider_id, user_id, password, updated_at)
         VALUES ($1::text, 'credential', ($1::text)::uuid, 'x', now())`,
        [id],
      );
    },
  };
  for (const [title, lose] of Object.entries(lost))
    for (const client of [people.client, people.other])
      await tries.make(`an invitation ${title}`, async () => {
        const invitation = await people.invite();
        await lose(invitation);
        await people.unchanged(async () => {
          const answer = await accept(invitation.secret, {}, client);
          refused(answer);
          return answer;
        });
      });
  await tries.make('an invitation of an administrator who is none any more', async () => {
    const boss = await people.site.person(people.client, { role: 'admin', scopes: ['admin'] });
    const email = `late${Math.random().toString(36).slice(2)}@example.com`;
    const body = { email, name: 'Late', role: 'admin' };
    await people.client.send('POST', '/api/invitations', { key: boss.key, body });
    const secret = /secret=([\w-]+)/.exec(await people.mails.text(email))[1];
    await people.site.query(`UPDATE users SET role = 'member' WHERE id = $1`, [boss.id]);
    await people.unchanged(async () => {
      const answer = await accept(secret);
      refused(answer);
      return answer;
    });
  });
  const { secret, id, email } = await people.invite();
  const flip = (at) => secret.slice(0, at) + (secret[at] === 'A' ? 'B' : 'A') + secret.slice(at + 1);
  for (const [title, guess] of Object.entries({
    nothing: '',
    'its id': id,
    'its address': email,
    'a part': secret.slice(0, 42),
    more: `${secret}A`,
    capitals: secret.toUpperCase(),
    'a null byte': `${secret}\0`,
    'a space': ` ${secret}`,
    'a pattern': '%'.repeat(43),
    ...Object.fromEntries([0, 10, 20, 30, 42].map((at) => [`letter ${at} changed`, flip(at)])),
  }))
    await tries.make(`an invitation by ${title} of its secret`, async () => {
      await people.unchanged(async () => {
        const answer = await accept(guess);
        refused(answer);
        return answer;
      });
    });
  for (const [title, ask] of Object.entries({
    'a look': () => people.browser().request('GET', `/auth/pages/invitation?secret=${secret}`),
    'a look with a password': () =>
      people
        .browser()
        .request(
          'GET',
          `/auth/pages/invitation?${new URLSearchParams({ secret, password: OTHER_PASSWORD })}`,
        ),
    'the page of a one-time link': () =>
      people.browser().submit('/auth/pages/link', { secret, password: OTHER_PASSWORD }),
    'the reset of a password': () =>
      people
        .browser()
        .request('POST', '/auth/reset-password', { token: secret, newPassword: OTHER_PASSWORD }),
    'a form of another site': () =>
      people
        .browser()
        .submit(
          '/auth/pages/invitation',
          { secret, password: OTHER_PASSWORD },
          { origin: 'https://evil.example.com' },
        ),
  }))
    await tries.make(`an invitation is used by ${title}`, () => people.unchanged(ask));
  for (const role of ['member', 'auditor'])
    await tries.make(`a ${role} invites an administrator`, async () => {
      const someone = await people.signedIn({ role });
      await people.unchanged(async () => {
        const body = { email: 'friend@example.com', name: 'Friend', role: 'admin' };
        const answer = await someone.browser.request('POST', '/api/invitations', body);
        refused(answer, 'insufficient_scope');
        return answer;
      });
    });
  await tries.make('the secrets of invitations are told by no answer', async () => {
    const answer = await people.client.send('GET', '/api/invitations', { key: people.site.adminKey });
    if (answer.text.includes(secret)) notHeld('they are');
  });
  await tries.make('each accepted invitation made one account', async () => {
    const [after] = await people.site.query('SELECT count(*)::int AS count FROM users');
    const rows = await people.site.query('SELECT email FROM users WHERE email = ANY ($1)', [accepted]);
    if (rows.length !== accepted.length) notHeld(`${rows.length} of ${accepted.length}`);
    if (after.count < before.count + accepted.length) notHeld('some are missing');
  });
}

/** A provider that an attacker has an account at. */
async function linking(tries) {
  const idp = new OAuth2Server();
  await idp.issuer.keys.generate('RS256');
  let claims = {};
  idp.service.on('beforeTokenSigning', ({ payload }) => Object.assign(payload, { aud: 'bouncer' }, claims));
  await idp.start(undefined, 'localhost');
  try {
    // A provider on this machine is for development alone.
    const env = {
      NODE_ENV: 'development',
      SIGN_UP: 'open',
      OIDC_ISSUER: idp.issuer.url,
      OIDC_CLIENT_ID: 'bouncer',
      OIDC_CLIENT_SECRET: 'a-secret-of-the-client',
    };
    await People.with(env, async (people) => {
      const come = async (said) => {
        claims = { sub: 'sub-of-eve', name: 'Eve', ...said };
        const browser = people.browser();
        const body = { provider: 'oidc', callbackURL: '/' };
        const started = await browser.request('POST', '/auth/sign-in/social', body);
        if (started.status !== 200) throw new Error(started.text);
        const answered = await fetch(started.body.url, { redirect: 'manual' });
        const back = new URL(answered.headers.get('location'));
        await browser.request('GET', back.pathname + back.search);
        return browser;
      };
      const victims = {
        'a person with a password': () => people.person(),
        'an administrator': () => people.person({ role: 'admin' }),
        'a user without a password': () => people.user(),
        'a person who has not verified the address': async () => {
          const email = `unverified${Math.random().toString(36).slice(2)}@example.com`;
          const body = { name: 'Ada', email, password: PASSWORD };
          await people.browser().request('POST', '/auth/sign-up/email', body);
          return { email };
        },
      };
      const sayings = {
        'not verified': (email) => ({ email, email_verified: false }),
        'nothing of whether it was verified': (email) => ({ email }),
        'verified as a text': (email) => ({ email, email_verified: 'false' }),
        'verified as null': (email) => ({ email, email_verified: null }),
        'verified as a number': (email) => ({ email, email_verified: 0 }),
        'not verified, in capitals': (email) => ({ email: email.toUpperCase(), email_verified: false }),
        'verified, with a space': (email) => ({ email: `${email} `, email_verified: true }),
        'verified, with a null byte': (email) => ({ email: `${email}\u0000`, email_verified: true }),
        'verified, in a list': (email) => ({ email: [email], email_verified: true }),
        'verified, as a name': (email) => ({
          email: undefined,
          preferred_username: email,
          email_verified: true,
        }),
      };
      for (const [who, make] of Object.entries(victims))
        for (const [what, say] of Object.entries(sayings))
          await tries.make(`a provider says ${what}, of the address of ${who}`, async () => {
            const { email } = await make();
            const sub = `sub-${Math.random().toString(36).slice(2)}`;
            const browser = await come({ sub, ...say(email) });
            const me = await browser.me();
            if (me.body?.user?.email === email) notHeld('is that person');
            const linked = await people.site.query(
              `SELECT FROM accounts a JOIN users u ON u.id = a.user_id WHERE u.email = $1 AND provider_id = 'oidc'`,
              [email],
            );
            if (linked.length > 0) notHeld('is linked');
          });
      await tries.make('an account that an attacker made before for the address is not shared', async () => {
        const { email } = await victims['a person who has not verified the address']();
        await come({ sub: 'sub-of-the-owner', email, email_verified: true });
        const attacker = people.browser();
        refused(await attacker.signIn(email));
        refused(await attacker.me());
      });
      await tries.make('a known id of the provider with the address of somebody else', async () => {
        const eve = await people.user();
        await come({ sub: 'sub-of-eve', email: eve.email, email_verified: true });
        const boss = await people.person({ role: 'admin' });
        const browser = await come({ sub: 'sub-of-eve', email: boss.email, email_verified: true });
        const me = await browser.me();
        if (me.body?.user?.id === boss.id) notHeld('is the administrator');
      });
      for (const more of [
        { role: 'admin' },
        { roles: ['admin'] },
        { groups: ['admin'] },
        { isActive: true },
        { id: 'x' },
      ])
        await tries.make(`a provider says ${JSON.stringify(more)}`, async () => {
          const tag = Math.random().toString(36).slice(2);
          const browser = await come({
            sub: tag,
            email: `${tag}@example.com`,
            email_verified: true,
            ...more,
          });
          const me = await browser.me();
          if (me.body?.user?.role !== 'member') notHeld(me.text);
        });
      await tries.make('a deactivated person by a provider', async () => {
        const { id, email } = await people.person();
        await people.site.query('UPDATE users SET is_active = false WHERE id = $1', [id]);
        refused(await (await come({ sub: 'sub-of-gone', email, email_verified: true })).me());
      });
      await tries.make('the mails of all this lead to the service', () => {
        for (const { text } of people.mails.mails)
          for (const link of linksIn(text)) if (new URL(link).origin !== ORIGIN) notHeld(link);
      });
    });
  } finally {
    await idp.stop();
  }
}

export const accountsOfOthers = { attack };
