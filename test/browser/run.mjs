// npm run test:browser: passkeys and the pages for people by Chromium and its virtual authenticator, and the console, each against a
// running service. `-- console` runs the console alone, and `-- console keys` its cases with that word in their title. Without Chromium it
// says so and passes. Exits 1 if anything fails.
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { Server } from '../faults/server.mjs';
import { startServiceProcess } from '../support/service-process.mjs';
import { Chromium } from './chromium.mjs';
import { clientCases } from './client-cases.mjs';
import { runConsole } from './console/run.mjs';
import { pageCases } from './page-cases.mjs';

const PASSWORD = 'correct horse battery staple';
const EMAIL = 'ada@example.com';
const chromium =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (chromium === undefined) {
  console.log(
    'Browser: 0 passed, 0 failed, 1 skipped (no Chromium: apt-get install chromium, or set CHROMIUM)',
  );
  process.exit(0);
}
const [part, word] = process.argv.slice(2);
if (part === 'console') finish(await runConsole(chromium, word));

const mails = [];
const take = async (stream) => {
  mails.push(await text(stream));
};
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData: (stream, _session, done) => callbackify(take)(stream, done),
});
await once(smtp.listen(0, '127.0.0.1'), 'listening');

const admin = generateApiKey('mcp');
const database = await Server.start();
const service = await startServiceProcess('dist/server/main.js', admin, {
  DATABASE_URL: database.urls.url,
  MIGRATION_DATABASE_URL: database.urls.ownerUrl,
  SMTP_URL: `smtp://127.0.0.1:${smtp.server.address().port}`,
  SIGN_UP: 'open',
  OAUTH_DCR: 'open',
});
const page = service.url.replace('127.0.0.1', 'localhost');
const browser = await Chromium.open(chromium);

/** Asks the service from the page, as its own scripts would. */
const ask = (method, path, body) =>
  browser.run(
    async (method, path, body) => {
      const headers = body ? { 'content-type': 'application/json' } : {};
      const answer = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const text = await answer.text();
      return {
        status: answer.status,
        body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
      };
    },
    method,
    path,
    body ?? null,
  );

const register = () =>
  browser.run(async () => {
    const options = await (await fetch('/auth/passkey/generate-register-options')).json();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const response = (await navigator.credentials.create({ publicKey })).toJSON();
    const answer = await fetch('/auth/passkey/verify-registration', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response, name: 'Laptop' }),
    });
    return { status: answer.status, body: await answer.json() };
  });

const signIn = () =>
  browser.run(async () => {
    const options = await (await fetch('/auth/passkey/generate-authenticate-options')).json();
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const response = (await navigator.credentials.get({ publicKey })).toJSON();
    const answer = await fetch('/auth/passkey/verify-authentication', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response }),
    });
    return { status: answer.status, body: await answer.json() };
  });

const device = (isUserVerified) =>
  browser.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });

async function choosePassword() {
  const made = await fetch(`${service.url}/api/users`, {
    method: 'POST',
    headers: { 'x-api-key': admin, 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, name: 'Ada' }),
  });
  if (made.status !== 201) throw new Error(await made.text());
  await ask('POST', '/auth/request-password-reset', { email: EMAIL });
  for (let tries = 0; tries < 1_800 && mails.length === 0; tries++)
    await new Promise((wake) => setTimeout(wake, 50));
  const [, token] = /token=(?:3D)?([\w-]+)/.exec(mails[0].replaceAll('=\r\n', ''));
  expect(await ask('POST', '/auth/reset-password', { token, newPassword: PASSWORD }), 200);
  expect(await ask('POST', '/auth/sign-in/email', { email: EMAIL, password: PASSWORD }), 200);
}

function expect({ status, body }, wanted) {
  if (status !== wanted) throw new Error(`${status} in place of ${wanted}: ${JSON.stringify(body)}`);
  return body;
}

async function refused(act, message) {
  const outcome = await act().then(
    ({ status }) => `answered ${status}`,
    (error) => error.message,
  );
  if (!message.test(outcome)) throw new Error(`Not refused: ${outcome}`);
}

const CASES = {
  'A person adds a passkey by a page of the service': async () => {
    await device(true);
    await choosePassword();
    expect(await register(), 200);
  },
  'It signs the person in, and counts as a second factor': async () => {
    expect(await ask('POST', '/auth/sign-out', {}), 200);
    expect(await ask('GET', '/api/me'), 401);
    expect(await signIn(), 200);
    const { sessions } = expect(await ask('GET', '/api/sessions'), 200);
    const { signedInBy } = sessions.find(({ current }) => current);
    if (String(signedInBy) !== 'passkey') throw new Error(`Signed in by ${signedInBy}`);
  },
  'The same passkey is not added twice': () => refused(register, /InvalidStateError/),
  'A browser uses it at no other address': async () => {
    await browser.visit(`${service.url}/health/live`);
    await refused(signIn, /SecurityError/);
    await browser.visit(`${page}/health/live`);
  },
  'It is listed, renamed and removed, and signs nobody in then': async () => {
    const [{ id }] = expect(await ask('GET', '/auth/passkey/list-user-passkeys'), 200);
    expect(await ask('POST', '/auth/passkey/update-passkey', { id, name: 'Phone' }), 200);
    expect(await ask('POST', '/auth/passkey/delete-passkey', { id }), 200);
    expect(await ask('POST', '/auth/sign-out', {}), 200);
    expect(await signIn(), 401);
  },
};

Object.assign(CASES, pageCases({ browser, page, mails, device, log: service.output }));
Object.assign(
  CASES,
  clientCases({ browser, page, url: service.url, email: EMAIL, password: PASSWORD, database }),
);

let passed = 0;
let failed = 0;
try {
  // The page of these cases is none of those for people, and its policy lets no script ask.
  await browser.send('Page.setBypassCSP', { enabled: true });
  await browser.visit(`${page}/health/live`);
  for (const [title, act] of Object.entries(CASES)) {
    try {
      await act();
      passed++;
      console.log(`ok    ${title}`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${title}: ${error.message}`);
    }
  }
} finally {
  await browser.close();
  await service.stop();
  await database.end();
  await new Promise((closed) => smtp.close(closed));
}
const ofConsole = await runConsole(chromium);
finish({ ...ofConsole, passed: passed + ofConsole.passed, failed: failed + ofConsole.failed });

function finish({ passed, failed, skipped }) {
  console.log(`Browser: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed > 0 ? 1 : 0);
}
