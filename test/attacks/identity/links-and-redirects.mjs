// Where a person is led: by the links of mails, whose host an attacker would name, and after forms, whose next page an
// attacker would name.
import { notHeld } from '../tries.mjs';
import { linksIn, secretIn } from './mail-sink.mjs';
import { People } from './people.mjs';
import { freshNetwork, ORIGIN, PASSWORD } from './person.mjs';

const EVIL = 'evil.example.com';
const { host: HOST } = new URL(ORIGIN);

async function attack(tries) {
  const env = { SIGN_UP: 'open', GOOGLE_CLIENT_ID: 'client', GOOGLE_CLIENT_SECRET: 'secret' };
  await People.with(env, async (people) => {
    await hosts(tries, people);
    await redirects(tries, people);
  });
}

/** Ways to say that the service is at another host. */
const HOSTS = {
  Host: { host: EVIL },
  'Host with a port': { host: `${HOST}:${EVIL}` },
  'Host with a user': { host: `${HOST}@${EVIL}` },
  'Host with a path': { host: `${EVIL}/${HOST}` },
  'Host with another behind': { host: `${HOST}.${EVIL}` },
  'Host of this machine': { host: 'localhost:1' },
  'X-Forwarded-Host': { 'x-forwarded-host': EVIL },
  'X-Forwarded-Host, the second of two': { 'x-forwarded-host': `${HOST}, ${EVIL}` },
  'X-Forwarded-Host and -Proto': { 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'http' },
  'X-Forwarded-Proto': { 'x-forwarded-proto': 'http' },
  'X-Forwarded-Port': { 'x-forwarded-port': '8443' },
  'X-Forwarded-Prefix': { 'x-forwarded-prefix': `//${EVIL}` },
  'X-Forwarded-Server': { 'x-forwarded-server': EVIL },
  'X-Host': { 'x-host': EVIL },
  'X-HTTP-Host-Override': { 'x-http-host-override': EVIL },
  'X-Original-Host': { 'x-original-host': EVIL },
  'X-Original-URL': { 'x-original-url': `https://${EVIL}/` },
  'X-Rewrite-URL': { 'x-rewrite-url': `https://${EVIL}/` },
  Forwarded: { forwarded: `host=${EVIL};proto=http` },
  'Forwarded, the second of two': { forwarded: `host=${HOST}, host=${EVIL}` },
  Referer: { referer: `https://${EVIL}/` },
};

/** What leads to a mail with a link, for an address that nobody has asked for before. */
const MAILS = {
  'a reset': {
    to: (people) => people.user(),
    send: (browser, { email }, headers) =>
      browser.request('POST', '/auth/request-password-reset', { email }, headers),
  },
  'a reset by the page': {
    to: (people) => people.user(),
    send: (browser, { email }, headers) => browser.submit('/auth/pages/forgot-password', { email }, headers),
  },
  'a verification': {
    to: (people) => people.user(),
    send: (browser, { email }, headers) =>
      browser.request('POST', '/auth/send-verification-email', { email }, headers),
  },
  'a sign-up': {
    to: () => ({ email: `${freshNetwork()}@example.com` }),
    send: (browser, { email }, headers) =>
      browser.request('POST', '/auth/sign-up/email', { name: 'New', email, password: PASSWORD }, headers),
  },
  'an invitation': {
    to: () => ({ email: `${freshNetwork()}@example.com` }),
    send: (browser, { email }, headers, people) =>
      people.client.send('POST', '/api/invitations', {
        key: people.site.adminKey,
        headers,
        body: { email, name: 'Invited', role: 'member' },
      }),
  },
};

async function hosts(tries, people) {
  for (const [what, { to, send }] of Object.entries(MAILS))
    for (const [how, headers] of Object.entries(HOSTS))
      await tries.make(`${what} with another host by ${how}`, async () => {
        const user = await to(people);
        const answer = await send(people.browser(), user, headers, people);
        if (answer.status >= 500) notHeld(`${answer.status} ${answer.text.slice(0, 200)}`);
        if (answer.status < 400) assertOwn(await people.mails.text(user.email));
        if (people.mails.mails.some(({ text }) => text.includes(EVIL))) notHeld('a mail names the host');
        if (JSON.stringify([answer.headers, answer.text]).includes(EVIL) && answer.status < 400)
          notHeld(`the answer names the host: ${answer.text.slice(0, 200)}`);
      });
  for (const line of [`https://${EVIL}/auth/request-password-reset`, `//${EVIL}/auth/request-password-reset`])
    for (const named of [HOST, EVIL])
      await tries.make(`a reset at ${line} with the Host ${named}`, async () => {
        const { email } = await people.user();
        const before = people.mails.mails.length;
        const text = await people.client.raw(rawReset(line, named, email), { waitMs: 1_500 });
        const status = Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]);
        if (status >= 500) notHeld(text.slice(0, 200));
        if (status < 400) assertOwn(await people.mails.text(email));
        for (const mail of people.mails.mails.slice(before)) assertOwn(mail.text);
      });
}

function rawReset(target, host, email) {
  const body = JSON.stringify({ email });
  const head = [
    `POST ${target} HTTP/1.1`,
    `Host: ${host}`,
    `Origin: ${ORIGIN}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function assertOwn(text) {
  const links = linksIn(text);
  if (links.length === 0) notHeld(`no link in ${text}`);
  for (const link of links) if (new URL(link).origin !== ORIGIN) notHeld(`a link leads to ${link}`);
}

/** Texts that a browser, or a careless check, would read as another host. */
const TARGETS = [
  `https://${EVIL}/`,
  `http://${HOST}/`,
  `//${EVIL}`,
  `///${EVIL}`,
  `////${EVIL}`,
  `/\\${EVIL}`,
  `\\\\${EVIL}`,
  `\\/${EVIL}`,
  `/\t/${EVIL}`,
  `/\n/${EVIL}`,
  `\t//${EVIL}`,
  ` //${EVIL}`,
  `\u0000//${EVIL}`,
  `/.//${EVIL}`,
  `/..//${EVIL}`,
  `/a/..//${EVIL}`,
  `/%2f${EVIL}`,
  `/%5c${EVIL}`,
  `%2f%2f${EVIL}`,
  `/%09/${EVIL}`,
  `https:${EVIL}`,
  `https:/${EVIL}`,
  `https:\\\\${EVIL}`,
  `${ORIGIN}@${EVIL}/`,
  `${ORIGIN}:x@${EVIL}/`,
  `${ORIGIN}.${EVIL}/`,
  `${ORIGIN}\\@${EVIL}/`,
  `${ORIGIN}%00.${EVIL}`,
  `https://${EVIL}#${ORIGIN}`,
  `https://${EVIL}?${ORIGIN}`,
  `https://user:pass@${HOST}/`,
  `javascript:alert(1)`,
  `JaVaScRiPt:alert(1)`,
  `java\nscript:alert(1)`,
  `/javascript:alert(1)`,
  `data:text/html,<script>alert(1)</script>`,
  `vbscript:x`,
  `blob:${ORIGIN}/x`,
  `file:///etc/passwd`,
  `https://${EVIL}。com`,
  `／／${EVIL}`,
  `//${EVIL}/auth/pages/sign-in`,
  `${'/'.repeat(50)}${EVIL}`,
  `https://[::ffff:1.2.3.4]/`,
  `//1249763844`,
];

async function redirects(tries, people) {
  const { email } = await people.person();
  const sent = async (address) => {
    await people.mails.text(address, 1);
    return people.mails.to(address).map(({ text }) => text);
  };
  /** Each leads a person somewhere, at once or by a mail. */
  const ways = {
    'after the page of the sign-in': (target) =>
      people.browser().submit('/auth/pages/sign-in', { email, password: PASSWORD, next: target }),
    'on the page of the sign-in': (target) =>
      people.browser().request('GET', `/auth/pages/sign-in?next=${encodeURIComponent(target)}`),
    'on the page of the second step': (target) =>
      people.browser().request('GET', `/auth/pages/second-step?next=${encodeURIComponent(target)}`),
    'after a sign-in': (target) => people.browser().signIn(email, PASSWORD, { callbackURL: target }),
    'after a sign-in by a provider': (target) =>
      people.browser().request('POST', '/auth/sign-in/social', { provider: 'google', callbackURL: target }),
    'after a failed sign-in by a provider': (target) =>
      people.browser().request('POST', '/auth/sign-in/social', {
        provider: 'google',
        callbackURL: '/',
        errorCallbackURL: target,
      }),
    'by the page of a provider': (target) =>
      people
        .browser()
        .request('GET', `/auth/pages/provider?provider=google&next=${encodeURIComponent(target)}`),
    'by the link of a reset': (target) =>
      people.browser().request('GET', `/auth/reset-password/x?callbackURL=${encodeURIComponent(target)}`),
    'by the link of a verification': (target) =>
      people.browser().request('GET', `/auth/verify-email?token=x&callbackURL=${encodeURIComponent(target)}`),
    'by the error page': (target) =>
      people.browser().request('GET', `/auth/error?callbackURL=${encodeURIComponent(target)}`),
    'by the mail of a reset': async (target) => {
      const user = await people.user();
      const body = { email: user.email, redirectTo: target };
      const answer = await people.browser().request('POST', '/auth/request-password-reset', body);
      return answer.status < 400 ? { ...answer, mails: await sent(user.email) } : answer;
    },
    'by the mail of a verification': async (target) => {
      const user = await people.user();
      const body = { email: user.email, callbackURL: target };
      const answer = await people.browser().request('POST', '/auth/send-verification-email', body);
      return answer.status < 400 ? { ...answer, mails: await sent(user.email) } : answer;
    },
    'by the mail of a sign-up': async (target) => {
      const to = `${freshNetwork()}@example.com`;
      const body = { name: 'New', email: to, password: PASSWORD, callbackURL: target };
      const answer = await people.browser().request('POST', '/auth/sign-up/email', body);
      return answer.status < 400 ? { ...answer, mails: await sent(to) } : answer;
    },
  };
  for (const [way, lead] of Object.entries(ways))
    for (const target of TARGETS)
      await tries.make(`${way} to ${JSON.stringify(target)}`, async () => {
        const answer = await lead(target);
        if (answer.status >= 500 || answer.status === 0)
          notHeld(`${answer.status} ${answer.text.slice(0, 200)}`);
        staysHere(answer, target);
        for (const text of answer.mails ?? [])
          for (const link of linksIn(text)) {
            const url = new URL(link);
            if (url.origin !== ORIGIN) notHeld(`a mail leads to ${link}`);
            const next = url.searchParams.get('callbackURL');
            if (next !== null && !isOwn(next)) notHeld(`a mail leads on to ${next}`);
          }
      });
  await tries.make('a person is still led to a page of the service', async () => {
    const answer = await people
      .browser()
      .submit('/auth/pages/sign-in', { email, password: PASSWORD, next: '/console?a=b' });
    if (answer.headers.location !== '/console?a=b') notHeld(String(answer.headers.location));
  });
  await tries.make('a good link of a reset is asked for', async () => {
    const user = await people.user();
    await people.browser().request('POST', '/auth/request-password-reset', { email: user.email });
    if (secretIn(await people.mails.text(user.email)) === '') notHeld('there is none');
  });
}

/** As a browser reads it on a page of the service. */
function isOwn(target) {
  return URL.canParse(target, `${ORIGIN}/auth/x`) && new URL(target, `${ORIGIN}/auth/x`).origin === ORIGIN;
}

function staysHere({ status, headers, body, text }, target) {
  const { location } = headers;
  const isProvider = (url) => URL.canParse(url) && new URL(url).origin === 'https://accounts.google.com';
  if (location !== undefined && !isOwn(location) && !isProvider(location))
    notHeld(`${status} to ${location}`);
  const url = body?.url;
  if (typeof url === 'string' && !isOwn(url) && !isProvider(url)) notHeld(`the answer leads to ${url}`);
  for (const [, name, value] of text.matchAll(/(href|action|src|value)="([^"]*)"/g)) {
    const plain = value.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
    if (name === 'value' && plain !== target) continue;
    if (!isOwn(plain)) notHeld(`the page leads to ${plain}`);
  }
}

export const linksAndRedirects = { attack };
