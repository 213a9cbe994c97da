import type { ConfigFile } from './client-definition.js';

/** What a program of one's own needs to sign in by a browser. The libraries take the same provider. */
export const OAUTH_PROVIDER_FILE: ConfigFile = {
  locations: [{ where: 'your program', path: 'oauth-provider.mjs' }],
  format: 'javascript',
  content: `import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const redirectUrl = 'http://127.0.0.1:33419/callback';
// Lasts as long as the program. Keep it where nobody else reads it, and nobody is asked again at the next start.
const kept = {};

export const authProvider = {
  redirectUrl,
  clientMetadata: {
    client_name: 'My program',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  state: () => (kept.state ??= randomUUID()),
  storedState: () => kept.state,
  clientInformation: () => kept.client,
  saveClientInformation: (client) => void (kept.client = client),
  authorizationServerInformation: () => kept.server,
  saveAuthorizationServerInformation: (server) => void (kept.server = server),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
  redirectToAuthorization: (url) => console.error(\`Open \${url}\`),
};

/** Waits until the browser comes back, and returns what it brings: \`code\`, \`state\` and \`iss\`. */
export const comeBack = () =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const { searchParams } = new URL(request.url, redirectUrl);
      if (searchParams.get('state') !== kept.state) return response.writeHead(400).end();
      response.end('You can close this page.');
      server.close();
      if (searchParams.has('code')) return resolve(searchParams);
      return reject(new Error(searchParams.get('error')));
    });
    server.on('error', reject).listen(new URL(redirectUrl).port, '127.0.0.1');
  });
`,
};
