import type { FirstAdmin } from './first-admin.service.js';

/** The text that a first start prints: the key, which is shown once, and how to configure clients with it. */
export function welcome({ email, key, expiresAt, link }: FirstAdmin, url: string): string {
  const shown = key ?? '${BOOTSTRAP_ADMIN_KEY}';
  const config = {
    mcpServers: {
      bouncer: { type: 'http', url: `${url}/mcp`, headers: { Authorization: `Bearer ${shown}` } },
    },
  };
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"}}';
  return `
First admin: ${email}
${key ? `API key (shown only now): ${key}` : 'API key: as given by BOOTSTRAP_ADMIN_KEY'}
It ends: ${expiresAt?.toISOString() ?? 'never'}
${
  link
    ? `Choose a password (shown only now, until ${link.expiresAt.toISOString()}): ${url}${link.path}`
    : `To choose a password: bouncer users link ${email}`
}

Claude Code:
  claude mcp add --transport http bouncer ${url}/mcp --header "Authorization: Bearer ${shown}"

.mcp.json:
${JSON.stringify(config, null, 2).replace(/^/gm, '  ')}

curl:
  curl ${url}/mcp -H "Authorization: Bearer ${shown}" \\
    -H "Content-Type: application/json" -d '${call}'
`;
}
