import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Person } from './person.mjs';

const LOOKS = 400;
const pause = () => new Promise((wake) => setTimeout(wake, 50));

/** A person connects a program by the pages, under the policy that they have. */
export function clientCases({ browser, page, url, email, password }) {
  const person = new Person(browser, page);
  const answers = [];
  const verifier = randomBytes(32).toString('base64url');
  let server;
  let clientId;

  async function start() {
    server = createServer((request, response) => {
      if (request.url.startsWith('/callback'))
        answers.push(new URL(request.url, 'http://127.0.0.1').searchParams);
      response.setHeader('content-type', 'text/html').end('<h1>Connected</h1>');
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
  const open = (scope) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect(),
      scope,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return person.visit(`/auth/oauth2/authorize?${query}`);
  };
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
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        code: answers.at(-1).get('code'),
        code_verifier: verifier,
        redirect_uri: redirect(),
      });
      const { scope } = await (
        await fetch(`${url}/auth/oauth2/token`, { method: 'POST', body: form })
      ).json();
      if (scope !== 'documents:read offline_access') throw new Error(`The scopes are ${scope}`);
    },
    'Programs: somebody who has agreed before signs in, and the browser goes on to the program': async () => {
      await browser.send('Network.clearBrowserCookies');
      await open('documents:read');
      await person.submit('Sign in', { email, password });
      for (let looks = 0; looks < LOOKS && answers.length < 2; looks++) await pause();
      if (!answers[1]?.get('code')) throw new Error(`No second code came: ${await person.text()}`);
      server.close();
      server.closeAllConnections();
      if (browser.violations.length > 0) throw new Error(browser.violations.join('; '));
    },
  };
}
