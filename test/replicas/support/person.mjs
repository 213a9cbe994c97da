// A person with a password, who is signed in.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const BOUNCER = resolve(import.meta.dirname, '../../../dist/cli/bouncer.js');
const PASSWORD = 'correct horse battery staple';
const run = promisify(execFile);

/** Lets a user choose a password by the link of an operator, and sign in. @returns the header `Cookie` of the session */
export async function signedIn(replica, email) {
  const { stdout } = await run(process.execPath, [BOUNCER, 'users', 'link', email, '--json'], {
    env: replica.env,
  });
  const secret = new URL(JSON.parse(stdout).url).searchParams.get('secret');
  const form = new URLSearchParams({ secret, password: PASSWORD });
  await expectStatus(303, post(replica, '/auth/pages/link', form));
  const body = JSON.stringify({ email, password: PASSWORD });
  const answer = await expectStatus(200, post(replica, '/auth/sign-in/email', body));
  return answer.headers
    .getSetCookie()
    .map((text) => text.split(';', 1)[0])
    .join('; ');
}

function post({ url, env }, path, body) {
  const origin = env.PUBLIC_URL ?? url;
  const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  return fetch(url + path, { method: 'POST', redirect: 'manual', headers: { origin, ...type }, body });
}

async function expectStatus(status, answered) {
  const answer = await answered;
  if (answer.status !== status) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return answer;
}
