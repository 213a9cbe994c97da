// Codes that a program shows (RFC 8628): guessed, used twice or by others, asked for too fast, allowed by somebody else's page, or too late.
import { notHeld } from '../tries.mjs';
import { People, refused } from '../identity/people.mjs';
import { freshNetwork, ORIGIN } from '../identity/person.mjs';
import { FOREIGN_ORIGINS } from './foreign-origins.mjs';
import { NothingGiven } from './nothing-given.mjs';
import { me, membersOf, noTokens, Program } from './program.mjs';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const PAGE = '/auth/pages/device';
const LIMIT = 20;

async function attack(tries) {
  await People.with({ OAUTH_DCR: 'open' }, async (people) => {
    const nothing = new NothingGiven(people);
    const ada = await people.signedIn();
    const program = await DeviceProgram.make(people.client);
    const given = { people, nothing, ada, program };
    await used(tries, given);
    await tooFast(tries, given);
    await pressed(tries, given);
    await widened(tries, given);
    await tooLate(tries, given);
    await tries.make('what the audit says of all that was refused', () => nothing.recorded());
  });
  await People.with({ OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: String(LIMIT) }, (people) =>
    guessed(tries, people),
  );
}

class DeviceProgram extends Program {
  static async make(client) {
    const { id } = await Program.register(client, {
      client_name: 'Command line',
      redirect_uris: undefined,
      grant_types: [DEVICE, 'refresh_token'],
    });
    return new DeviceProgram(client, id);
  }

  at(client) {
    return new DeviceProgram(client, this.id);
  }

  /** @returns the codes of the program and of the person */
  async begin(scope = 'documents:read', more = {}) {
    const { status, text, body } = await this.post('/auth/device/code', { scope, ...more });
    if (status !== 200) throw new Error(`not begun: ${text}`);
    return { device: body.device_code, code: body.user_code };
  }

  poll(device, more = {}, headers) {
    return this.token({ grant_type: DEVICE, device_code: device, ...more }, headers);
  }
}

const show = (browser, code) => browser.request('GET', `${PAGE}?user_code=${encodeURIComponent(code)}`);

/** Lets a person allow what waits with a code. @param more members of the form that are other than the page has them */
async function allow({ browser }, code, more = {}, headers) {
  const page = await show(browser, code);
  return browser.submit(PAGE, { ...membersOf(page), ...more }, headers);
}

/** As if the interval were over, so that no try waits for it. */
const rested = (people) => people.site.query('UPDATE oauth_device_codes SET last_polled_at = NULL');

/** A code is for the program that asked, once. */
async function used(tries, { people, nothing, ada, program }) {
  const allowed = async () => {
    const begun = await program.begin();
    const { status, text } = await allow(ada, begun.code);
    if (status !== 200) throw new Error(`not allowed: ${text}`);
    return begun;
  };
  await tries.make('a code that was allowed', async () => {
    const { device } = await allowed();
    const { status, body } = await program.poll(device);
    if (status !== 200 || (await me(people.other, body.access_token)).status !== 200) notHeld(`${status}`);
  });
  const wrong = {
    'by another program of devices': async ({ device }) =>
      (await DeviceProgram.make(people.other)).poll(device),
    'by a program with a browser': async ({ device }) =>
      new DeviceProgram(people.client, (await Program.register(people.client)).id).poll(device),
    'by nobody': ({ device }) => program.poll(device, { client_id: undefined }),
    'by a program that is unknown': ({ device }) => new DeviceProgram(people.client, 'nobody').poll(device),
    'by two programs': ({ device }) => program.poll(device, { client_id: [program.id, 'other'] }),
    'by the code of the person': ({ code }) => program.poll(code),
    'by the code of the person without a dash': ({ code }) => program.poll(code.replace('-', '')),
    'with a letter more': ({ device }) => program.poll(`${device}A`),
    'with a letter less': ({ device }) => program.poll(device.slice(0, -1)),
    'as a code of a browser': ({ device }) =>
      program.token({ grant_type: 'authorization_code', code: device, code_verifier: 'x'.repeat(43) }),
    'as a refresh token': ({ device }) => program.refresh(device),
    'twice in one request': ({ device }) => program.poll([device, device]),
    'for another resource': ({ device }) =>
      program.poll(device, { resource: 'https://evil.example.com/mcp' }),
    'by its hash, as the database has it': async () => {
      const [row] = await people.site.query(
        "SELECT device_code FROM oauth_device_codes WHERE status = 'approved'",
      );
      return program.poll(row.device_code);
    },
    nothing: () => program.poll(''),
  };
  for (const [title, attempt] of Object.entries(wrong))
    await tries.make(`a code that was allowed, ${title}`, async () => {
      const begun = await allowed();
      await nothing.by(() => attempt(begun));
      await rested(people);
    });
  for (let time = 0; time < 3; time++)
    await tries.make(`a code a second time (${time})`, async () => {
      const { device } = await allowed();
      gives(await program.poll(device));
      for (const by of [program, program.at(people.other)]) {
        await rested(people);
        await nothing.by(() => by.poll(device), 'invalid_grant');
      }
    });
  for (let time = 0; time < 3; time++)
    await tries.make(`a code ten times at once, at two replicas (${time})`, async () => {
      const { device } = await allowed();
      const programs = Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0 ? program : program.at(people.other),
      );
      const answers = await Promise.all(programs.map((by) => by.poll(device)));
      const given = answers.filter(({ status }) => status === 200).length;
      if (given !== 1) notHeld(`${given} times tokens`);
    });
  await tries.make('what the library has beside the endpoint for codes', async () => {
    const { device, code } = await program.begin();
    for (const [path, body] of [
      ['/auth/device/approve', { userCode: code }],
      ['/auth/device/deny', { userCode: code }],
      ['/auth/device/token', { grant_type: DEVICE, device_code: device, client_id: program.id }],
    ])
      refused(await nothing.unchanged(() => ada.browser.request('POST', path, body)));
    refused(await ada.browser.request('GET', `/auth/device?user_code=${code}`));
    noTokens(await program.poll(device), 'authorization_pending');
  });
}

const gives = ({ status, text }) => {
  if (status !== 200) notHeld(`the first time is answered ${status} ${text}`);
};

/** Whoever asks faster than every five seconds is told so, and gets nothing by it. */
async function tooFast(tries, { people, program, ada }) {
  await tries.make('a code that is asked for twenty times in a row', async () => {
    const { device } = await program.begin();
    const errors = [];
    for (let time = 0; time < 20; time++) {
      const by = time % 2 === 0 ? program : program.at(people.other);
      const answer = await by.poll(device);
      noTokens(answer);
      errors.push(answer.body.error);
    }
    if (errors[0] !== 'authorization_pending' || errors.slice(1).some((error) => error !== 'slow_down'))
      notHeld(errors.join(' '));
  });
  await tries.make('a code that is asked for too fast, and was allowed meanwhile', async () => {
    const { device, code } = await program.begin();
    noTokens(await program.poll(device), 'authorization_pending');
    await allow(ada, code);
    noTokens(await program.poll(device), 'slow_down');
    await rested(people);
    gives(await program.poll(device));
  });
  await tries.make('ten polls at once', async () => {
    const { device } = await program.begin();
    const answers = await Promise.all(Array.from({ length: 10 }, () => program.poll(device)));
    for (const answer of answers) noTokens(answer, ['authorization_pending', 'slow_down']);
  });
}

/** Only the person allows, by the form of the page. */
async function pressed(tries, { people, nothing, ada, program }) {
  const stillWaits = async (device) => {
    await rested(people);
    noTokens(await program.poll(device), 'authorization_pending');
    await rested(people);
  };
  for (const [who, headers] of Object.entries(FOREIGN_ORIGINS))
    for (const decision of ['allow', 'refuse'])
      await tries.make(`a form that says ${decision} and is sent by ${who}`, async () => {
        const { device, code } = await program.begin();
        refused(await nothing.unchanged(() => allow(ada, code, { decision }, headers)));
        await stillWaits(device);
      });
  const members = 'decision=allow&scope%3Adocuments%3Aread=on';
  const ways = {
    'a link': (code) => ada.browser.request('GET', `${PAGE}?user_code=${code}&${members}`),
    'a picture of another site': (code) =>
      ada.browser.request('GET', `${PAGE}?user_code=${code}&${members}`, undefined, {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-dest': 'image',
      }),
    'a form of somebody who is not signed in': (code) =>
      people.browser().submit(PAGE, { user_code: code, decision: 'allow', 'scope:documents:read': 'on' }),
    'JSON of another site': (code) =>
      ada.browser.request(
        'POST',
        PAGE,
        { user_code: code, decision: 'allow', 'scope:documents:read': 'on' },
        { origin: 'https://evil.example.com', 'content-type': 'text/plain' },
      ),
    'a key of the person': async (code) => {
      const { key } = await people.site.key(people.client, ada.id, ['documents:read']);
      return people.client.send('POST', PAGE, {
        key,
        headers: {
          host: new URL(ORIGIN).host,
          'x-forwarded-for': freshNetwork(),
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: `user_code=${code}&${members}`,
      });
    },
    'a form without a decision': (code) =>
      ada.browser.submit(PAGE, { user_code: code, decision: '', 'scope:documents:read': 'on' }),
    'a form that leaves nothing': (code) => ada.browser.submit(PAGE, { user_code: code, decision: 'allow' }),
    'a form in an organization of others': (code) =>
      allow(ada, code, { organization: '019a0000-0000-7000-8000-000000000000' }),
  };
  for (const [title, attempt] of Object.entries(ways))
    await tries.make(`a code that is allowed by ${title}`, async () => {
      const { device, code } = await program.begin();
      await nothing.unchanged(() => attempt(code));
      await stillWaits(device);
    });
  await tries.make('the page of a code in a frame', async () => {
    const { code } = await program.begin();
    const { headers } = await show(ada.browser, code);
    const policy = headers['content-security-policy'] ?? '';
    if (!policy.includes("frame-ancestors 'none'") || headers['x-frame-options'] !== 'DENY') notHeld(policy);
    if (!policy.includes("default-src 'none'") || /unsafe/.test(policy)) notHeld(policy);
  });
  await tries.make('a name of a person, where a program asks for a code', async () => {
    const named = { user_id: ada.id, userId: ada.id, status: 'approved', organization_id: ada.id };
    const { device } = await program.begin('documents:read', named);
    await stillWaits(device);
  });
}

/** A person allows no more than the program asked for, and nobody decides twice. */
async function widened(tries, { people, nothing, ada, program }) {
  for (const scope of ['documents:write', 'documents:delete', 'admin', 'keys:write', '*', 'openid', ' '])
    await tries.make(`a form that adds the scope ${scope}`, async () => {
      const { device, code } = await program.begin();
      await allow(ada, code, { [`scope:${scope}`]: 'on' });
      const { status, body } = await program.poll(device);
      if (status === 200 && body.scope !== 'documents:read offline_access') notHeld(body.scope);
    });
  for (const scope of ['admin', 'keys:write', 'users:write', '*', 'read admin', 'agents:create'])
    await tries.make(`a program that asks for ${scope} by a code`, async () =>
      refused(await nothing.unchanged(() => program.post('/auth/device/code', { scope }))),
    );
  await tries.make('a program that asks for more when it fetches its tokens', async () => {
    const { device, code } = await program.begin();
    await allow(ada, code);
    const { status, body } = await program.poll(device, { scope: 'documents:read documents:delete' });
    if (status === 200 && /delete/.test(body.scope)) notHeld(body.scope);
  });
  const eve = await people.signedIn();
  await tries.make('a code that somebody else allows as well', async () => {
    const { device, code } = await program.begin();
    const page = await show(eve.browser, code);
    await allow(ada, code);
    refused(await nothing.unchanged(() => eve.browser.submit(PAGE, membersOf(page))));
    const { body } = await program.poll(device);
    const { user } = (await me(people.client, body.access_token)).body;
    if (user.id !== ada.id) notHeld(`the token is of ${user.email}`);
  });
  await tries.make('a code that somebody else refuses after it was allowed', async () => {
    const { device, code } = await program.begin();
    const page = await show(eve.browser, code);
    await allow(ada, code);
    refused(await eve.browser.submit(PAGE, { ...membersOf(page), decision: 'refuse' }));
    gives(await program.poll(device));
  });
  await tries.make('a code that is allowed after it was refused', async () => {
    const { device, code } = await program.begin();
    const page = await show(eve.browser, code);
    await allow(ada, code, { decision: 'refuse' });
    refused(await nothing.unchanged(() => eve.browser.submit(PAGE, membersOf(page))));
    await nothing.by(() => program.poll(device), 'access_denied');
  });
  await tries.make('what deletes by a code, without a fresh sign-in', async () => {
    const { device, code } = await program.begin('documents:delete');
    const old = await people.enter(ada.email);
    await people.site.query("UPDATE sessions SET created_at = now() - interval '1 hour' WHERE user_id = $1", [
      ada.id,
    ]);
    const answer = await nothing.unchanged(() => allow({ browser: old }, code));
    if (!(answer.headers.location ?? '').startsWith('/auth/pages/sign-in'))
      notHeld(`${answer.status} ${answer.headers.location}`);
    noTokens(await program.poll(device), 'authorization_pending');
    await people.site.query('UPDATE sessions SET created_at = now() WHERE user_id = $1', [ada.id]);
  });
}

/** What was allowed ends with the code, the grant, the program and the person. */
async function tooLate(tries, { people, nothing, ada, program }) {
  const expire = () =>
    people.site.query("UPDATE oauth_device_codes SET expires_at = now() - interval '1 second'");
  const admin = (method, path, body) => people.client.send(method, path, { key: people.site.adminKey, body });
  const ends = {
    'that has expired': [expire, 'expired_token'],
    'whose grant the person has ended': [
      async () => {
        const { body } = await ada.browser.request('GET', '/api/oauth/grants');
        const { id } = body.grants.find(({ clientId }) => clientId === program.id);
        await ada.browser.request('DELETE', `/api/oauth/grants/${id}`);
      },
      'invalid_grant',
    ],
    'whose program was blocked': [
      () => admin('PATCH', `/api/oauth/clients/${program.id}`, { state: 'blocked' }),
      'invalid_grant',
    ],
  };
  for (const [title, [end, error]] of Object.entries(ends))
    for (const at of ['one', 'another'])
      await tries.make(`a code that was allowed, ${title}, at ${at} replica`, async () => {
        const { device, code } = await program.begin();
        await allow(ada, code);
        await end();
        await rested(people);
        const by = at === 'one' ? program : program.at(people.other);
        await nothing.by(() => by.poll(device), error);
        await admin('PATCH', `/api/oauth/clients/${program.id}`, { state: 'approved' });
      });
  await tries.make('a code that was allowed by a person who was deactivated', async () => {
    const eve = await people.signedIn();
    const { device, code } = await program.begin();
    await allow(eve, code);
    await admin('PATCH', `/api/users/${eve.id}`, { isActive: false });
    const answer = await program.poll(device);
    if (answer.status !== 200) return noTokens(answer);
    refused(await me(people.client, answer.body.access_token));
    refused(await me(people.other, answer.body.access_token));
  });
  await tries.make('a code that is allowed after it has expired', async () => {
    const { device, code } = await program.begin();
    const page = await show(ada.browser, code);
    await expire();
    refused(await nothing.unchanged(() => ada.browser.submit(PAGE, membersOf(page))));
    await nothing.by(() => program.poll(device), 'expired_token');
  });
}

const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const anyCode = () =>
  Array.from({ length: 8 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join('');

/** Few tries of a network count, whatever they are of, and then a right one is not told from a wrong one. */
async function guessed(tries, people) {
  const ada = await people.signedIn();
  const program = await DeviceProgram.make(people.client);
  const { device, code } = await program.begin();
  const looks = {
    'the page': (browser) => show(browser, anyCode()),
    'the form': (browser) =>
      browser.submit(PAGE, { user_code: anyCode(), decision: 'allow', 'scope:documents:read': 'on' }),
  };
  for (const [title, look] of Object.entries(looks)) {
    const browser = ada.browser.copy();
    browser.network = freshNetwork();
    let answered = 0;
    for (let time = 0; time < 100; time++)
      await tries.make(`a guess of a code by ${title} (${time})`, async () => {
        const answer = await look(browser);
        refused(answer);
        if (answer.status !== 429) answered++;
        if (answered > LIMIT) notHeld(`${answered} codes were looked up`);
      });
    await tries.make(`the right code, after guesses by ${title}`, async () => {
      const answer = await show(browser, code);
      if (answer.status !== 429) notHeld(`${answer.status}`);
      const sent = await browser.submit(PAGE, {
        user_code: code,
        decision: 'allow',
        'scope:documents:read': 'on',
      });
      if (sent.status !== 429) notHeld(`${sent.status}`);
    });
  }
  await tries.make('the codes of programs, guessed by one network', async () => {
    const headers = { 'x-forwarded-for': freshNetwork() };
    const statuses = {};
    for (let time = 0; time < 60; time++) {
      const { status } = await program.poll(anyCode().repeat(5), {}, headers);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    if ((statuses[400] ?? 0) > LIMIT || !statuses[429] || statuses[200]) notHeld(JSON.stringify(statuses));
  });
  await tries.make('sixty codes that one network asks for', async () => {
    const headers = { 'x-forwarded-for': freshNetwork() };
    const statuses = {};
    for (let time = 0; time < 60; time++) {
      const { status } = await program.post('/auth/device/code', { scope: 'documents:read' }, headers);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    if ((statuses[200] ?? 0) > LIMIT || !statuses[429]) notHeld(JSON.stringify(statuses));
  });
  await tries.make('the code still waits for its person, who is in another network', async () => {
    noTokens(await program.poll(device), 'authorization_pending');
    const { status } = await show(ada.browser, code);
    if (status !== 200) notHeld(`${status}`);
  });
}

export const oauthDevice = { attack };
