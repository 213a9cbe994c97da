// What a page of somebody else does with the browser of a person who is signed in: changes of every route, from every origin
// that is not the service's own; forms; and reads that would change something.
import { notHeld } from '../tries.mjs';
import { surfaceOf, urlOf } from '../surface.mjs';
import { People, refused } from './people.mjs';
import { ORIGIN, PASSWORD } from './person.mjs';

const FORM = 'application/x-www-form-urlencoded';

/**
 * What the library and the pages change, with what each takes.
 * @type {[path: string, body: object][]}
 */
const CHANGES = [
  ['/auth/sign-out', {}],
  ['/auth/update-user', { name: 'Changed' }],
  ['/auth/change-password', { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }],
  ['/auth/change-email', { newEmail: 'changed@example.com' }],
  ['/auth/delete-user', { password: PASSWORD }],
  ['/auth/revoke-sessions', {}],
  ['/auth/revoke-other-sessions', {}],
  ['/auth/two-factor/enable', { password: PASSWORD }],
  ['/auth/two-factor/disable', { password: PASSWORD }],
  ['/auth/passkey/delete-passkey', { id: '01900000-0000-7000-8000-000000000000' }],
  ['/auth/callback/../sign-out', {}],
  ['/auth/sso/%2e%2e/update-user', { name: 'Changed' }],
  ['/auth/./sign-out', {}],
  ['/auth/sign-out?x=/auth/callback/', {}],
  ['/auth/sign-out/', {}],
  ['/auth//sign-out', {}],
  ['/auth/SIGN-OUT', {}],
  ['/auth/pages/sign-out', {}],
  ['/auth/pages/account/end-session', { id: '01900000-0000-7000-8000-000000000000' }],
];

async function attack(tries) {
  await People.with({}, async (people) => {
    const boss = await people.signedIn({ role: 'admin' });
    const sessions = async () =>
      (await people.site.query('SELECT count(*)::int AS count FROM sessions'))[0].count;
    const { routes } = await surfaceOf(people.client, people.site.adminKey);
    const target = await people.user();
    const changing = routes.filter(({ method, scopes }) => method !== 'GET' && scopes !== undefined);

    /** A try whose answer is a refusal, and after which everything is as before. */
    const harmless = (title, send) =>
      tries.make(title, async () => {
        const before = await sessions();
        await people.unchanged(async () => {
          const answer = await send();
          refused(answer);
          return answer;
        });
        if ((await sessions()) !== before) notHeld('sessions came or went');
      });

    for (const [from, headers] of Object.entries(FOREIGN)) {
      for (const route of changing)
        await harmless(`${route.id} with a session, from ${from}`, () =>
          boss.browser.request(route.method, urlOf(route, target.id), route.body, headers),
        );
      for (const [path, body] of CHANGES)
        for (const [kind, more, sent] of shapesOf(body))
          await harmless(`${path} as ${kind} with a session, from ${from}`, () =>
            boss.browser.request('POST', path, sent, { ...more, ...headers }),
          );
    }
    const text = { 'content-type': 'text/plain' };
    for (const [kind, more] of Object.entries({ text, form: { 'content-type': FORM } }))
      for (const route of changing.filter(({ body }) => body !== undefined))
        await harmless(`${route.id} as ${kind}, which a page sends without asking`, () =>
          boss.browser.request(route.method, urlOf(route, target.id), JSON.stringify(route.body), {
            ...more,
            origin: undefined,
          }),
        );
    await reads(tries, people, boss, { sessions, changing, target });
    await tries.make('the page of the service itself still changes things', async () => {
      const body = { title: 'Own', content: 'page' };
      const answer = await boss.browser.request('POST', '/api/documents', body);
      if (answer.status !== 201) notHeld(answer.text);
    });
  });
}

const { host } = new URL(ORIGIN);
const ORIGINS = {
  'another site': 'https://evil.example.com',
  'another port': `${ORIGIN}:8443`,
  'another protocol': `http://${host}`,
  'a host that begins alike': `${ORIGIN}.evil.example.com`,
  'a host that ends alike': `https://evil${host}`,
  'a host below': `https://evil.${host}`,
  'the host above': 'https://example.com',
  'the host as a user': `https://${host}@evil.example.com`,
  'the host in capitals': ORIGIN.toUpperCase(),
  'this machine': 'http://localhost:3000',
  'a dot behind': `${ORIGIN}.`,
  'a slash behind': `${ORIGIN}/`,
  'a path behind': `${ORIGIN}/x`,
  'a sandbox': 'null',
  'two origins': `${ORIGIN} https://evil.example.com`,
  'a list': `${ORIGIN}, https://evil.example.com`,
  'an extension': 'chrome-extension://abcdefghijklmnop',
};
const SITES = ['cross-site', 'same-site', 'none', 'same-origin, cross-site'];
/** What browsers say of a page that is not the service's own. */
const FOREIGN = {
  ...Object.fromEntries(Object.entries(ORIGINS).map(([title, origin]) => [title, { origin }])),
  nowhere: { origin: undefined },
  'nowhere, with the referrer of another site': { origin: undefined, referer: 'https://evil.example.com/' },
  ...Object.fromEntries(
    SITES.map((site) => [`a page that is ${site}`, { origin: undefined, 'sec-fetch-site': site }]),
  ),
};

/**
 * How a page sends a body: by script, by a form, and by a form whose text is JSON.
 * @returns {[kind: string, headers: object, body: string][]}
 */
function shapesOf(body) {
  const form = new URLSearchParams(body).toString();
  const json = JSON.stringify(body);
  return [
    ['JSON', { 'content-type': 'application/json' }, json],
    ['a form', { 'content-type': FORM }, form],
    ['text', { 'content-type': 'text/plain' }, json],
    ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }, multipart(body)],
  ];
}

const multipart = (body) =>
  `${Object.entries(body)
    .map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--x--\r\n`;

/** An image of another page is a read with the cookie: it must change nothing, however it is written. */
async function reads(tries, people, { browser }, { sessions, changing, target }) {
  const methods = [
    {},
    { 'x-http-method-override': 'POST' },
    { 'x-http-method-override': 'DELETE' },
    { 'x-method-override': 'POST' },
  ];
  const addresses = [
    ...CHANGES.map(([path, body]) => `${path}?${new URLSearchParams(body)}`),
    ...CHANGES.map(([path]) => `${path}?_method=POST`),
    ...new Set(changing.map((route) => urlOf(route, target.id))),
  ];
  for (const path of addresses)
    for (const headers of methods)
      await tries.make(`GET ${path.slice(0, 60)} ${Object.entries(headers).flat().join(' ')}`, async () => {
        const before = await sessions();
        await people.unchanged(() => browser.request('GET', path, undefined, headers));
        if ((await sessions()) !== before) notHeld('sessions came or went');
      });
}

export const foreignPages = { attack };
