// What an attacker without an account learns and guesses: whether an address has an account, passwords, one-time codes and
// recovery codes.
import { notHeld } from '../tries.mjs';
import { People, refused } from './people.mjs';
import { PASSWORD, Person } from './person.mjs';

const WRONG = `${PASSWORD}!`;

async function attack(tries) {
  await People.with({ SIGN_UP: 'open' }, async (people) => {
    await enumeration(tries, people);
    await passwords(tries, people);
    await codes(tries, people);
    await recoveryCodes(tries, people);
  });
}

/** Accounts of each kind, about which no answer may say more than about an address that nobody has. */
const ACCOUNTS = {
  'with a password': (people) => people.person(),
  'of an administrator': (people) => people.person({ role: 'admin' }),
  'without a password': (people) => people.user(),
  'that is deactivated': async (people) => {
    const user = await people.person();
    await people.site.query('UPDATE users SET is_active = false WHERE id = $1', [user.id]);
    return user;
  },
  'whose address is not verified': async (people) => {
    const email = `unverified${Math.random().toString(36).slice(2)}@example.com`;
    await people.browser().request('POST', '/auth/sign-up/email', { name: 'New', email, password: PASSWORD });
    return { email };
  },
  'with a second factor': async (people) => {
    const person = await people.signedIn();
    await people.withApp(person);
    return person;
  },
  'that is invited': (people) => people.invite(),
};

const QUESTIONS = {
  'a sign-in': (browser, email) => browser.signIn(email, WRONG),
  'a sign-in with a short password': (browser, email) => browser.signIn(email, 'x'),
  'a sign-in without a password': (browser, email) => browser.signIn(email, ''),
  'a sign-in with a very long password': (browser, email) => browser.signIn(email, 'x'.repeat(1_000)),
  'a sign-in in capitals': (browser, email) => browser.signIn(email.toUpperCase(), WRONG),
  'a sign-in by the page': (browser, email) =>
    browser.submit('/auth/pages/sign-in', { email, password: WRONG }),
  'a reset': (browser, email) => browser.request('POST', '/auth/request-password-reset', { email }),
  'a reset by the page': (browser, email) => browser.submit('/auth/pages/forgot-password', { email }),
  'a verification': (browser, email) => browser.request('POST', '/auth/send-verification-email', { email }),
  'a sign-up': (browser, email) =>
    browser.request('POST', '/auth/sign-up/email', { name: 'Somebody', email, password: PASSWORD }),
  'a sign-up with a short password': (browser, email) =>
    browser.request('POST', '/auth/sign-up/email', { name: 'Somebody', email, password: 'short' }),
  'options of passkeys': (browser, email) =>
    browser.request('GET', `/auth/passkey/generate-authenticate-options?email=${encodeURIComponent(email)}`),
  'a code': async (browser, email) => {
    await browser.signIn(email, WRONG);
    return browser.request('POST', '/auth/two-factor/verify-totp', { code: '000000' });
  },
};

async function enumeration(tries, people) {
  for (const [kind, make] of Object.entries(ACCOUNTS))
    for (const [question, ask] of Object.entries(QUESTIONS))
      await tries.make(`${question}, about an account ${kind}`, async () => {
        const { email } = await make(people);
        const stranger = `stranger${Math.random().toString(36).slice(2)}@example.com`;
        const [known, unknown] = [
          seen(await ask(people.browser(), email), email),
          seen(await ask(people.browser(), stranger), stranger),
        ];
        if (known !== unknown) notHeld(`${known}\n    and ${unknown}`);
      });
  for (const question of ['a sign-in', 'a sign-in by the page'])
    await tries.make(`${question}, again and again`, async () => {
      const { email } = await people.person();
      const series = async (address) => {
        const browser = people.browser();
        const answers = [];
        for (let i = 0; i < 13; i++) answers.push(seen(await QUESTIONS[question](browser, address), address));
        return answers.join('\n').replace(/\d+ seconds|"retryAfterSeconds":\d+|retry-after,\d+/g, '');
      };
      const [known, unknown] = [await series(email), await series('nobody-at-all@example.com')];
      if (known !== unknown) notHeld(`${known.slice(-400)}\n    and ${unknown.slice(-400)}`);
    });
}

/** Of an answer what is the same for everybody: its times, ids and the address that was sent are left out. */
function seen({ status, headers, text }, email) {
  const kept = Object.entries(headers)
    .filter(([name]) => !['date', 'x-request-id', 'content-length', 'set-cookie'].includes(name))
    .map(([name, value]) => `${name},${value}`)
    .sort();
  const cookies = (headers['set-cookie'] ?? []).map((one) => one.replace(/=[^;]*/, ''));
  const body = text
    .replaceAll(email, 'ADDRESS')
    .replaceAll(email.toUpperCase(), 'ADDRESS')
    .replaceAll(email.toLowerCase(), 'ADDRESS')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/"challenge":"[^"]*"/, '"challenge":""');
  return JSON.stringify([status, kept, cookies, body]);
}

const countOf = (answers, code) => answers.filter(({ body }) => body?.code === code).length;

async function passwords(tries, people) {
  for (const [who, make] of Object.entries({
    'a known': async () => (await people.person()).email,
    'an unknown': async () => 'no-such-person@example.com',
  }))
    await tries.make(`sixty passwords at once on two services at ${who} address`, async () => {
      const email = await make();
      const { network } = people.browser();
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, i) => {
          const browser = people.browser(i % 2 ? people.client : people.other);
          browser.network = network;
          return browser.signIn(email, `${WRONG}${i}`);
        }),
      );
      const made = countOf(answers, 'invalid_email_or_password');
      if (made > 10) notHeld(`${made} were looked at`);
      if (made + countOf(answers, 'password_locked') !== 60) notHeld('something else was answered');
    });
  await tries.make('the right password during a wait', async () => {
    const { email } = await people.person();
    const browser = people.browser();
    for (let i = 0; i < 10; i++) await browser.signIn(email, WRONG);
    const answer = await browser.signIn(email);
    refused(answer, 'password_locked');
    refused(await browser.me());
  });
  await tries.make('three hundred passwords from sixty networks', async () => {
    const { email } = await people.person();
    let made = 0;
    for (let network = 0; network < 60; network++) {
      const browser = people.browser(network % 2 ? people.client : people.other);
      const answers = await Promise.all(Array.from({ length: 5 }, () => browser.signIn(email, WRONG)));
      made += countOf(answers, 'invalid_email_or_password');
    }
    if (made > 100) notHeld(`${made} were looked at`);
  });
  await tries.make('addresses written otherwise count as one', async () => {
    const { email } = await people.person();
    const { network } = people.browser();
    const spellings = [email, email.toUpperCase(), email.replace('p', 'P'), email.replace('com', 'COM')];
    let made = 0;
    for (let i = 0; i < 24; i++) {
      const browser = people.browser();
      browser.network = network;
      made += countOf([await browser.signIn(spellings[i % 4], WRONG)], 'invalid_email_or_password');
    }
    if (made > 10) notHeld(`${made} were looked at`);
  });
  await tries.make('passwords by the page and by the library count together', async () => {
    const { email } = await people.person();
    const browser = people.browser();
    let made = 0;
    for (let i = 0; i < 8; i++) {
      made += countOf([await browser.signIn(email, WRONG)], 'invalid_email_or_password');
      const page = await browser.submit('/auth/pages/sign-in', { email, password: WRONG });
      if (page.status === 401) made++;
    }
    if (made > 10) notHeld(`${made} were looked at`);
  });
  for (const [title, send] of Object.entries({
    'two passwords in one form': (browser, email) =>
      browser.request(
        'POST',
        '/auth/sign-in/email',
        new URLSearchParams(`email=${email}&password=${WRONG}&password=${PASSWORD}`),
      ),
    'a list of passwords': (browser, email) => browser.signIn(email, [WRONG, PASSWORD]),
    'a list of addresses': (browser, email) => browser.signIn([email, email], PASSWORD),
    'an object as password': (browser, email) => browser.signIn(email, { $ne: null }),
    'no password': (browser, email) => browser.signIn(email, null),
  }))
    await tries.make(title, async () => {
      const { email } = await people.person();
      const browser = people.browser();
      const answer = await send(browser, email);
      if (answer.status < 400 && title.startsWith('two')) return;
      refused(answer);
      refused(await browser.me());
    });
}

/** @type {[method: string, path: string, body?: object][]} */
const BEFORE_THE_SECOND_STEP = [
  ['POST', '/auth/two-factor/enable', { password: PASSWORD }],
  ['POST', '/auth/two-factor/disable', { password: PASSWORD }],
  ['POST', '/auth/two-factor/generate-backup-codes', { password: PASSWORD }],
  ['GET', '/auth/passkey/generate-register-options'],
  ['GET', '/auth/get-session'],
  ['GET', '/api/me'],
  ['GET', '/api/sessions'],
  ['POST', '/auth/update-user', { name: 'Changed' }],
  ['POST', '/auth/change-password', { currentPassword: PASSWORD, newPassword: WRONG }],
];

const totp = (browser, code) => browser.request('POST', '/auth/two-factor/verify-totp', { code });
const recover = (browser, code) => browser.request('POST', '/auth/two-factor/verify-backup-code', { code });

async function enrolled(people) {
  const person = await people.signedIn();
  return { ...person, app: await people.withApp(person) };
}

async function codes(tries, people) {
  await tries.make('one code at once by eight sign-ins on two services', async () => {
    const { email, app } = await enrolled(people);
    const halves = [];
    for (let i = 0; i < 8; i++) halves.push(await people.enter(email, i % 2 ? people.client : people.other));
    const code = app.code();
    const answers = await Promise.all(halves.map((half) => totp(half, code)));
    const taken = answers.filter(({ status }) => status === 200).length;
    if (taken !== 1) notHeld(`${taken} were taken`);
  });
  for (const steps of [0, -1])
    await tries.make(`a code of ${steps} steps again after a newer one`, async () => {
      const { email, app } = await enrolled(people);
      const first = await totp(await people.enter(email), app.code());
      if (first.status !== 200) notHeld(first.text);
      const half = await people.enter(email, people.other);
      refused(await totp(half, app.code(steps)));
      refused(await half.me());
    });
  await tries.make('forty codes at once on two services', async () => {
    const { email, app } = await enrolled(people);
    const halves = [];
    for (let i = 0; i < 8; i++) halves.push(await people.enter(email, i % 2 ? people.client : people.other));
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => totp(halves[i % 8].copy(halves[i % 8].client), wrongCode(app, i))),
    );
    const made = countOf(answers, 'invalid_code');
    if (made > 5) notHeld(`${made} were looked at`);
    if (answers.some(({ status }) => status === 200)) notHeld('one was taken');
    refused(await totp(await people.enter(email), app.code()), 'second_factor_locked');
  });
  await tries.make('a code of somebody else', async () => {
    const [ada, eve] = [await enrolled(people), await enrolled(people)];
    const half = await people.enter(ada.email);
    refused(await totp(half, eve.app.code()));
    refused(await half.me());
  });
  await tries.make('the half sign-in of somebody else with the own code', async () => {
    const [ada, eve] = [await enrolled(people), await enrolled(people)];
    const half = await people.enter(ada.email);
    const own = await people.enter(eve.email);
    const mixed = new Person(people.client);
    for (const [name, value] of half.cookies) mixed.cookies.set(name, value);
    refused(await totp(mixed, eve.app.code()));
    const value = [...half.cookies.values()][0];
    const [token] = value.split('.');
    const [, signature] = [...own.cookies.values()][0].split('.');
    for (const name of own.cookies.keys()) own.cookies.set(name, `${token}.${signature}`);
    refused(await totp(own, eve.app.code()));
  });
  for (const code of [
    '',
    '0',
    '000000000000',
    '12345',
    ' 123456',
    '123 456',
    'null',
    '１２３４５６',
    [],
    {},
    0,
    null,
    true,
  ])
    await tries.make(`the code ${JSON.stringify(code)}`, async () => {
      const { email } = await enrolled(people);
      const half = await people.enter(email);
      refused(await totp(half, code));
      refused(await half.me());
    });
  for (const path of ['send-otp', 'verify-otp', 'get-totp-uri', 'view-backup-codes', 'generate-totp'])
    await tries.make(`the second factor is told or passed by ${path}`, async () => {
      const { email, app } = await enrolled(people);
      const half = await people.enter(email);
      const answer = await half.request('POST', `/auth/two-factor/${path}`, {
        password: PASSWORD,
        code: '0',
      });
      refused(answer);
      if (app.recoveryCodes.some((code) => answer.text.includes(code))) notHeld('told a recovery code');
    });
  for (const [method, path, body] of BEFORE_THE_SECOND_STEP)
    await tries.make(`${method} ${path} before the second step`, async () => {
      const { email } = await enrolled(people);
      const half = await people.enter(email);
      await people.unchanged(async () => {
        const answer = await half.request(method, path, body);
        if (answer.status < 400 && answer.text !== 'null') notHeld(answer.text.slice(0, 200));
        return answer;
      });
    });
}

const wrongCode = (app, n) => {
  const right = [app.code(-1), app.code(), app.code(1)];
  let code = String(100_000 + n);
  while (right.includes(code)) code = String(Number(code) + 100);
  return code;
};

async function recoveryCodes(tries, people) {
  await tries.make('one recovery code at once by eight sign-ins on two services', async () => {
    const { email, app } = await enrolled(people);
    const halves = [];
    for (let i = 0; i < 8; i++) halves.push(await people.enter(email, i % 2 ? people.client : people.other));
    const answers = await Promise.all(halves.map((half) => recover(half, app.recoveryCodes[0])));
    const taken = answers.filter(({ status }) => status === 200).length;
    if (taken !== 1) notHeld(`${taken} were taken`);
  });
  for (const [title, change] of Object.entries({
    again: (code) => code,
    'again in capitals': (code) => code.toUpperCase(),
    'again without its dash': (code) => code.replace('-', ''),
    'again with spaces': (code) => ` ${code} `,
  }))
    await tries.make(`a recovery code ${title}`, async () => {
      const { email, app } = await enrolled(people);
      const [code] = app.recoveryCodes;
      const first = await recover(await people.enter(email), code);
      if (first.status !== 200) notHeld(first.text);
      refused(await recover(await people.enter(email, people.other), change(code)));
    });
  await tries.make('recovery codes of before', async () => {
    const person = await enrolled(people);
    const made = await person.browser.request('POST', '/auth/two-factor/generate-backup-codes', {
      password: PASSWORD,
    });
    if (made.status !== 200) notHeld(made.text);
    for (const code of person.app.recoveryCodes.slice(0, 3))
      refused(await recover(await people.enter(person.email), code));
  });
  await tries.make('a recovery code of somebody else', async () => {
    const [ada, eve] = [await enrolled(people), await enrolled(people)];
    refused(await recover(await people.enter(ada.email), eve.app.recoveryCodes[0]));
  });
  await tries.make('forty recovery codes at once', async () => {
    const { email } = await enrolled(people);
    const halves = [];
    for (let i = 0; i < 8; i++) halves.push(await people.enter(email, i % 2 ? people.client : people.other));
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        recover(halves[i % 8].copy(halves[i % 8].client), `aaaaa-${10_000 + i}`),
      ),
    );
    const made = countOf(answers, 'invalid_backup_code');
    if (made > 5) notHeld(`${made} were looked at`);
  });
  for (const member of ['trustDevice', 'disableSession', 'userId'])
    await tries.make(`a recovery code with ${member}`, async () => {
      const { email, app } = await enrolled(people);
      const half = await people.enter(email);
      const body = { code: app.recoveryCodes[0], [member]: true };
      refused(await half.request('POST', '/auth/two-factor/verify-backup-code', body));
    });
}

export const guesses = { attack };
