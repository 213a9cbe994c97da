import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Person } from './person.mjs';

const LOOKS = 1_800;
/** A page of somebody else, which shows others in frames. */
const framing = (pages) =>
  `<h1>Frames</h1>${pages.map((one) => `<iframe src="${one.replaceAll('&', '&amp;')}"></iframe>`).join('')}`;

const pause = () => new Promise((wake) => setTimeout(wake, 50));

/** A person connects a program by the pages, under the policy that they have. @param database of the service */
export function clientCases({ browser, page, url, email, password, database }) {
  const person = new Person(browser, page);
  const answers = [];
  const verifier = randomBytes(32).toString('base64url');
  let server;
  let clientId;

  async function start() {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
      if (pathname === '/callback') answers.push(searchParams);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(pathname === '/frames' ? framing(searchParams.getAll('page')) : '<h1>Connected</h1>');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const answer = await fetch(`${url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Browser program',
        redirect_uris: [redirect()],
        token_endpoint_auth_method: 'none',
      }),
    });
    clientId = (await answer.json()).client_id;
  }

  const redirect = () => `http://127.0.0.1:${server.address().port}/callback`;
  const pathOf = (scope, more = {}) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect(),
      scope,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    });
    return `/auth/oauth2/authorize?${query}`;
  };
  const open = (scope) => person.visit(pathOf(scope));
  /** Exchanges the last code. @returns the scopes of the token */
  async function scopesOfCode() {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code: answers.at(-1).get('code'),
      code_verifier: verifier,
      redirect_uri: redirect(),
    });
    const answer = await fetch(`${url}/auth/oauth2/token`, { method: 'POST', body: form });
    return (await answer.json()).scope;
  }
  async function reach(title) {
    for (let looks = 0; looks < LOOKS; looks++) {
      const shown = await browser.run(() => document.querySelector('h1')?.textContent).catch(() => undefined);
      if (shown?.startsWith(title)) return;
      await pause();
    }
    await person.expectPage(title);
  }
  async function press(key, code, keyCode) {
    const event = { key, code, windowsVirtualKeyCode: keyCode, ...(key === ' ' && { text: ' ' }) };
    await browser.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }
  const focused = () => browser.run(() => document.activeElement?.name ?? '');

  return {
    'Programs: a person signs in, takes a scope away by the keyboard, and allows the rest': async () => {
      await browser.send('Page.setBypassCSP', { enabled: false });
      await browser.send('Network.clearBrowserCookies');
      browser.violations.length = 0;
      await start();
      await open('documents:read documents:write');
      await person.submit('Sign in', { email, password });
      await reach('Connect');
      for (let tabs = 0; tabs < 20 && (await focused()) !== 'scope:documents:write'; tabs++)
        await press('Tab', 'Tab', 9);
      await press(' ', 'Space', 32);
      await person.press('Allow');
      await reach('Connected');
      const scope = await scopesOfCode();
      if (scope !== 'documents:read offline_access') throw new Error(`The scopes are ${scope}`);
    },
    'Programs: somebody who has agreed before signs in, and the browser goes on to the program': async () => {
      await browser.send('Network.clearBrowserCookies');
      await open('documents:read');
      await person.submit('Sign in', { email, password });
      for (let looks = 0; looks < LOOKS && answers.length < 2; looks++) await pause();
      if (!answers[1]?.get('code')) throw new Error(`No second code came: ${await person.text()}`);
    },
    'Programs: what deletes asks for a sign-in of the last ten minutes, and goes on from there': async () => {
      await database.query("UPDATE sessions SET created_at = now() - interval '1 hour'");
      await open('documents:read documents:delete');
      await reach('Connect');
      await person.submit('Allow');
      await reach('Sign in');
      await person.expectText('needs a sign-in of the last ten minutes');
      await person.submit('Sign in', { email, password });
      await reach('Connect');
      await person.press('Allow');
      await reach('Connected');
      const scope = await scopesOfCode();
      if (!scope.split(' ').includes('documents:delete')) throw new Error(`The scopes are ${scope}`);
      if (browser.violations.length > 0) throw new Error(browser.violations.join('; '));
    },
    'Programs: in a frame of another page the pages stay empty, so that no click is stolen': async () => {
      // A port more on the same name: the cookie of the person is sent there as well.
      const place = `http://localhost:${server.address().port}`;
      const asked = pathOf('documents:read', { prompt: 'consent' });
      const paths = [asked, '/auth/pages/device', '/auth/pages/account', '/auth/pages/sign-in'];
      const pages = [`${place}/framed`, ...paths.map((path) => page + path)];
      const query = new URLSearchParams(pages.map((one) => ['page', one]));
      await browser.visit(`${place}/frames?${query}`);
      const { frameTree } = await browser.send('Page.getFrameTree');
      const [own, ...others] = frameTree.childFrames.map(({ frame }) => frame);
      if (own.url !== pages[0]) throw new Error(`A page that may be framed is not: ${own.url}`);
      const shown = others.filter(({ url: at }) => !at.startsWith('chrome-error:'));
      if (shown.length > 0) throw new Error(`It shows ${shown.map(({ url: at }) => at).join(' and ')}`);
      if (!others[0].unreachableUrl?.includes('/auth/pages/consent'))
        throw new Error(`The person is not asked: ${others[0].unreachableUrl}`);
      const refused = browser.violations.filter((text) => text.includes('frame-ancestors'));
      if (others.length !== paths.length || refused.length !== paths.length)
        throw new Error(`Refused: ${browser.violations.join('; ')}`);
      server.close();
      server.closeAllConnections();
    },
  };
}
