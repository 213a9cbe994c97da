// Serves the SDK behind better-auth's API keys, with its fastest storage (in memory), a rate limit that is not
// reached, and its permissions.
import { createServer } from 'node:http';
import { apiKey } from '@better-auth/api-key';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { announce, keyOf, SCOPE } from './common.mjs';
import { sdkServer } from './sdk-server.mjs';

const [resource, action] = SCOPE.split(':');
const stored = new Map();
const memory = {
  get: (key) => stored.get(key) ?? null,
  set: (key, value) => void stored.set(key, value),
  delete: (key) => void stored.delete(key),
};

const auth = betterAuth({
  baseURL: 'http://127.0.0.1',
  secret: 'only-for-this-bench-only-for-this-bench',
  telemetry: { enabled: false },
  logger: { disabled: true },
  emailAndPassword: { enabled: true },
  database: memoryAdapter({ user: [], session: [], account: [], verification: [], apikey: [] }),
  plugins: [
    apiKey({
      storage: 'secondary-storage',
      customStorage: memory,
      rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 100_000_000 },
      customKeyGenerator: () => process.env.BENCH_KEY,
    }),
  ],
});
const { user } = await auth.api.signUpEmail({
  body: { email: 'bench@example.com', password: 'only-for-this-bench', name: 'Bench' },
});
await auth.api.createApiKey({ body: { userId: user.id, permissions: { [resource]: [action] } } });

const handler = toNodeHandler(createMcpHandler(sdkServer));
async function serve(request, response) {
  const { valid } = await auth.api.verifyApiKey({
    body: { key: keyOf(request.headers) ?? '', permissions: { [resource]: [action] } },
  });
  if (valid) await handler(request, response);
  else response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
}
announce(createServer((request, response) => void serve(request, response)));
