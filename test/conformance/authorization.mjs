import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { startServiceProcess } from '../support/service-process.mjs';
import { ConformancePerson, startMailbox } from './person.mjs';

/** Runs the suite's scenarios of authorization servers, with a person who agrees. @returns {Promise<string>} what it printed */
export async function askAuthorizationServer({ node, suite }, key) {
  const mailbox = await startMailbox();
  const env = { OAUTH_DCR: 'open', SMTP_URL: mailbox.url };
  const service = await startServiceProcess('dist/server/main.js', key, env);
  try {
    const person = new ConformancePerson(service.url);
    await person.signIn(key, mailbox);
    const port = await freePort();
    const clientId = await register(service.url, `http://127.0.0.1:${port}/callback`);
    const args = ['authorization', '--url', service.url, '--client-id', clientId];
    const more = ['--resource', `${service.url}/mcp`, '--port', String(port)];
    const child = spawn(node, [suite, ...args, ...more], { cwd: tmpdir() });
    let output = '';
    let isAsked = false;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        const [address] = /http:\S+\/auth\/oauth2\/authorize\?\S+(?=\s)/.exec(output) ?? [];
        if (address === undefined || isAsked) return;
        isAsked = true;
        // What goes wrong is seen by the suite, which then waits for its callback in vain.
        person
          .agree(address)
          .then(fetch)
          .catch((error) => (output += `${error}\n`));
      });
    await once(child, 'close');
    return output;
  } finally {
    await service.stop();
    await mailbox.close();
  }
}

async function register(url, redirect) {
  const answer = await fetch(`${url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Conformance',
      redirect_uris: [redirect],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    }),
  });
  return (await answer.json()).client_id;
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
