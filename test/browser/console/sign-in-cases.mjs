import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expectEqual } from './suite.mjs';

const INVITED = { email: 'grace@example.org', password: 'a long password of Grace' };
const SECURITY = '/auth/pages/security';
const SIGN_IN = { name: 'Sign in', exact: true };
/** What the virtual device of WebAuthn is: one that is part of the computer and asks for a finger, which is given. */
const DEVICE = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

/** How people come in: by an invitation, by a passkey, and through a program that they allow. */
export function signInCases(suite) {
  /** The address in the mail to somebody. */
  async function linkTo(email) {
    const mail = await suite.mailTo(email);
    const text = mail.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const { pathname, search } = new URL(/http:\S+/.exec(text)[0]);
    return pathname + search;
  }

  /** A program of OAuth on this machine. @returns its page, and what it was answered */
  async function program() {
    const codes = [];
    const verifier = randomBytes(32).toString('base64url');
    const server = createServer((request, response) => {
      codes.push(new URL(request.url, 'http://127.0.0.1').searchParams.get('code'));
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        '<!doctype html><html lang="en"><title>Connected</title><link rel="icon" href="data:,"><h1>Connected</h1></html>',
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const redirect = `http://127.0.0.1:${server.address().port}/callback`;
    const { body: client } = await suite.request('POST', '/api/oauth/clients', {
      name: 'Rocket planner',
      redirectUris: [redirect],
      grantTypes: ['authorization_code', 'refresh_token'],
      tokenEndpointAuthMethod: 'none',
    });
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: client.clientId,
      redirect_uri: redirect,
      scope: 'documents:read',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return {
      path: `/auth/oauth2/authorize?${query}`,
      async token() {
        const answer = await fetch(`${suite.url}/auth/oauth2/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: client.clientId,
            code: codes.at(-1),
            code_verifier: verifier,
            redirect_uri: redirect,
          }),
        });
        return (await answer.json()).access_token;
      },
      stop: () => server.close(),
    };
  }

  return {
    'Sign-in: who is invited follows the mail, chooses a password, and sees what a member may': async () => {
      const person = { name: 'Grace', email: INVITED.email, role: 'member' };
      expectEqual((await suite.request('POST', '/api/invitations', person)).status, 201);
      const page = await suite.open();
      await page.goto(await linkTo(INVITED.email));
      await suite.expectAccessible(page);
      await page.locator('input[type=password]').fill(INVITED.password);
      await page.locator('form button').click();
      await page.getByLabel('E-mail address').fill(INVITED.email);
      await page.getByLabel('Password').fill(INVITED.password);
      await suite.expectAccessible(page);
      await page.getByRole('button', SIGN_IN).click();
      await page.goto('/console');
      await page.getByRole('link', { name: 'Keys' }).first().waitFor();
      await suite.expectAccessible(page);
      await page.context().close();
    },
    'Sign-in: a person adds a passkey, and comes by it to the screen that they wanted': async () => {
      const page = await suite.open();
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      await devtools.send('WebAuthn.addVirtualAuthenticator', { options: DEVICE });
      const leadsToSignIn = () => page.waitForURL((url) => url.pathname === '/auth/pages/sign-in');
      await page.goto('/console/keys');
      await leadsToSignIn();
      await page.getByLabel('E-mail address').fill(INVITED.email);
      await page.getByLabel('Password').fill(INVITED.password);
      await page.getByRole('button', SIGN_IN).click();
      await page.waitForURL('**/console/keys');
      await page.goto(SECURITY);
      await page.getByLabel('Name').fill('Laptop');
      await suite.expectAccessible(page);
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByText('The passkey is added.').waitFor();
      await page.context().clearCookies();
      await page.goto('/console/people/me');
      await leadsToSignIn();
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await page.waitForURL('**/console/people/me');
      await page
        .getByText(/passkey/i)
        .first()
        .waitFor();
      await suite.expectAccessible(page);
      await page.context().close();
    },
    'Sign-in: a program that the consent page allows is seen by its person, and ended, and is refused':
      async () => {
        const planner = await program();
        try {
          const page = await suite.signIn('/console/people/me');
          await page.goto(planner.path);
          await page.getByRole('heading', { name: /Rocket planner/ }).waitFor();
          await suite.expectAccessible(page);
          await page.getByRole('button', { name: 'Allow' }).click();
          await page.getByRole('heading', { name: 'Connected' }).waitFor();
          const token = await planner.token();
          const call = () => suite.call(token, 'documents_search', { query: 'anything' });
          expectEqual(await call(), 200);
          await page.goto(`${suite.url}/console/people/me`);
          await page.getByText('Rocket planner').first().waitFor();
          await suite.expectAccessible(page);
          await page.getByRole('button', { name: /^End.*Rocket planner/ }).click();
          await page.getByText('Rocket planner').first().waitFor({ state: 'hidden' });
          expectEqual(await call(), 401);
          await page.context().close();
        } finally {
          planner.stop();
        }
      },
  };
}
