// Codes that are stolen, repeated or injected, PKCE that is taken away, and redirects that lead to the attacker.
import { notHeld } from '../tries.mjs';
import { People } from '../identity/people.mjs';
import { ORIGIN } from '../identity/person.mjs';
import { CALLBACK, challengeOf, me, newVerifier, noTokens, notLed, Program } from './program.mjs';

const EVIL = 'evil.example.com';

async function attack(tries) {
  await People.with({ OAUTH_DCR: 'open' }, async (people) => {
    const ada = await people.signedIn();
    const program = await Program.register(people.client);
    const thief = await Program.register(people.other, { client_name: 'Thief' });
    await stolen(tries, people, ada, program, thief);
    await downgraded(tries, ada, program);
    await redirected(tries, ada, program);
    await mixedUp(tries, people, ada, program);
  });
}

/** A code is for the program that asked, once, with its verifier and its redirect. */
async function stolen(tries, people, { browser }, program, thief) {
  const wrong = {
    'by another program': ({ code, verifier }) => thief.exchange({ code, verifier }),
    'without the verifier': ({ code }) => program.exchange({ code }),
    'with another verifier': ({ code }) => program.exchange({ code, verifier: newVerifier() }),
    'with the challenge as verifier': ({ code, verifier }) =>
      program.exchange({ code, verifier: challengeOf(verifier) }),
    'with an empty verifier': ({ code }) => program.exchange({ code, verifier: '' }),
    'for another redirect': ({ code, verifier }) =>
      program.exchange({ code, verifier, redirect_uri: 'http://127.0.0.1:44444/callback' }),
    'without a redirect': ({ code, verifier }) =>
      program.exchange({ code, verifier, redirect_uri: undefined }),
    'for another resource': ({ code, verifier }) =>
      program.exchange({ code, verifier, resource: `https://${EVIL}/mcp` }),
    'as a refresh token': ({ code }) => program.refresh(code),
    'with another letter': ({ code, verifier }) =>
      program.exchange({ code: code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A'), verifier }),
    'with a letter more': ({ code, verifier }) => program.exchange({ code: `${code}A`, verifier }),
    'by nobody': ({ code, verifier }) => program.exchange({ code, verifier, client_id: undefined }),
  };
  for (const [title, attempt] of Object.entries(wrong))
    await tries.make(`a code ${title}`, async () => noTokens(await attempt(await program.code(browser))));
  for (let time = 0; time < 3; time++)
    await tries.make(`a code a second time (${time})`, async () => {
      const taken = await program.code(browser);
      const first = await program.exchange(taken);
      noTokens(await program.exchange(taken), 'invalid_grant');
      const answer = await me(people.other, first.body.access_token);
      if (answer.status !== 401) notHeld(`the tokens of the first time live on: ${answer.status}`);
      noTokens(await program.refresh(first.body.refresh_token), 'invalid_grant');
    });
  await tries.make('a code ten times at once', async () => {
    const taken = await program.code(browser);
    const answers = await Promise.all(Array.from({ length: 10 }, () => program.exchange(taken)));
    const given = answers.filter(({ status }) => status === 200);
    if (given.length > 1) notHeld(`${given.length} times tokens`);
  });
  await tries.make('a code of a person whose session ended', async () => {
    const eve = await people.signedIn();
    const taken = await program.code(eve.browser);
    await eve.browser.request('POST', '/auth/sign-out', {});
    noTokens(await program.exchange(taken));
  });
}

/** PKCE is wanted of each program, by S256 alone (OAuth 2.1). */
async function downgraded(tries, { browser }, program) {
  const verifier = newVerifier();
  const challenge = challengeOf(verifier);
  const requests = {
    'without a challenge': { code_challenge: undefined, code_challenge_method: undefined },
    'without a challenge, with a nonce': {
      code_challenge: undefined,
      code_challenge_method: undefined,
      scope: 'openid documents:read',
      nonce: 'n',
    },
    'with the method plain': { code_challenge: verifier, code_challenge_method: 'plain' },
    'without a method': { code_challenge: challenge, code_challenge_method: undefined },
    'with an empty challenge': { code_challenge: '' },
    'with an unknown method': { code_challenge: challenge, code_challenge_method: 'S1' },
    'for a token in the address': { code_challenge: challenge, response_type: 'token' },
    'for a code and a token': { code_challenge: challenge, response_type: 'code token' },
    'as a request object': { code_challenge: challenge, request: 'eyJhbGciOiJub25lIn0.e30.' },
    'by an address of a request': { code_challenge: challenge, request_uri: `https://${EVIL}/request` },
  };
  for (const [title, parameters] of Object.entries(requests))
    await tries.make(`a request ${title}`, async () => {
      const answer = await browser.request('GET', program.path(parameters));
      const location = answer.headers.location ?? '';
      if (/[?&#](code|access_token)=/.test(location) || location.startsWith('/auth/pages/consent'))
        notHeld(`goes on to ${location.slice(0, 200)}`);
      if (answer.status >= 500) notHeld(`${answer.status}`);
    });
}

/** Only the registered redirect is led to, letter by letter. A port of this machine may differ (RFC 8252, section 7.3). */
async function redirected(tries, { browser }, program) {
  const places = [
    `https://${EVIL}/callback`,
    `http://${EVIL}/callback`,
    `//${EVIL}/callback`,
    `http://127.0.0.1:33333@${EVIL}/callback`,
    `http://127.0.0.1:33333.${EVIL}/callback`,
    `http://127.0.0.1:33333/callback/../evil`,
    'http://127.0.0.1:33333/callback/evil',
    'http://127.0.0.1:33333/callback?evil=1',
    'http://127.0.0.1:33333/callback#evil',
    'http://127.0.0.1:33333/Callback',
    'http://127.0.0.1:33333/callback%2f..%2fevil',
    'http://127.0.0.1:33333//callback',
    'http://127.0.0.1:33333\\@evil.example.com/callback',
    'http://127.0.0.2:33333/callback',
    'http://0.0.0.0:33333/callback',
    'http://localhost.evil.example.com:33333/callback',
    'http://[::ffff:127.0.0.1]:33333/callback',
    'http://2130706433:33333/callback',
    'https://127.0.0.1:33333/callback',
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'evil:callback',
    '',
    '/callback',
    'null',
    'http://127.0.0.1:33333/callback\r\nLocation: https://evil.example.com',
    'http://user:pass@127.0.0.1:33333/callback',
  ];
  const challenge = challengeOf(newVerifier());
  for (const place of places)
    for (const prompt of [undefined, 'none'])
      await tries.make(`a redirect to ${JSON.stringify(place)}, prompt ${prompt}`, async () => {
        const parameters = { redirect_uri: place, code_challenge: challenge, prompt };
        const answer = await browser.request('GET', program.path(parameters));
        notLed(answer, (location) => !location.startsWith(CALLBACK) || location.includes('evil'));
      });
  for (const [name, value] of [
    ['redirect_uri', `https://${EVIL}/callback`],
    ['client_id', 'another'],
    ['code_challenge', 'another'],
    ['scope', 'admin'],
    ['state', 'another'],
  ])
    await tries.make(`a request that gives ${name} twice`, async () => {
      const path = `${program.path({ code_challenge: challenge })}&${name}=${encodeURIComponent(value)}`;
      const answer = await browser.request('GET', path);
      if (answer.status < 400) notHeld(`${answer.status} ${answer.headers.location}`);
    });
}

/** Each answer names its issuer, so that a program is not led to send a code elsewhere (RFC 9207). */
async function mixedUp(tries, people, { browser }, program) {
  const requests = {
    'a code': { code_challenge: challengeOf(newVerifier()) },
    'an unknown scope': { code_challenge: challengeOf(newVerifier()), scope: 'nothing:at-all' },
    'another resource': {
      code_challenge: challengeOf(newVerifier()),
      resource: `https://${EVIL}/mcp`,
    },
    'what must not be asked': { code_challenge: challengeOf(newVerifier()), prompt: 'none', scope: 'write' },
  };
  for (const [title, parameters] of Object.entries(requests))
    await tries.make(`the answer for ${title} names the issuer`, async () => {
      const target = new URL(await program.agree(browser, parameters));
      if (target.searchParams.get('iss') !== ORIGIN) notHeld(target.href);
      if (target.searchParams.get('state') !== 'state') notHeld(`without its state: ${target.href}`);
    });
  for (const host of [EVIL, `${EVIL}:443`, 'localhost'])
    await tries.make(`the metadata under the Host ${host}`, async () => {
      const answer = await people.client.send('GET', '/.well-known/oauth-authorization-server', {
        headers: { host, 'x-forwarded-host': EVIL },
      });
      if (answer.text.includes(EVIL)) notHeld(answer.text.slice(0, 300));
    });
}

export const oauthCodes = { attack };
