import {
  ALLOW,
  type ClientDefinition,
  json,
  KEY_PLACEHOLDER,
  KEY_VARIABLE,
  SERVER_NAME,
} from '../client-definition.js';
import { reachabilityNote } from '../reachability-note.js';

/** The version that the specs with real clients run. */
const MCP_REMOTE = 'mcp-remote@0.15.1';

/** It refuses http to other hosts, unless told. */
const isRemoteHttp = (endpoint: string): boolean => {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'http:' && !['localhost', '127.0.0.1'].includes(hostname);
};

export const claudeDesktop: ClientDefinition = {
  client: 'claude-desktop',
  title: 'Claude Desktop',
  keySource: 'file',
  settings: (endpoint) => ({
    steps: [
      'Open Settings > Developer > Edit Config.',
      `Add the server, with your key in place of \`${KEY_PLACEHOLDER}\`.`,
      'Quit Claude Desktop and start it again.',
    ],
    commands: [],
    files: [
      {
        locations: [
          { where: 'macOS', path: '~/Library/Application Support/Claude/claude_desktop_config.json' },
          { where: 'Windows', path: '%APPDATA%\\Claude\\claude_desktop_config.json' },
        ],
        format: 'json',
        content: json({
          mcpServers: {
            [SERVER_NAME]: {
              command: 'npx',
              args: [
                '-y',
                MCP_REMOTE,
                endpoint,
                '--transport',
                'http-only',
                ...(isRemoteHttp(endpoint) ? ['--allow-http'] : []),
                '--header',
                `X-API-Key:\${${KEY_VARIABLE}}`,
              ],
              env: { [KEY_VARIABLE]: KEY_PLACEHOLDER },
            },
          },
        }),
      },
    ],
    link: null,
    notes: [
      'The file cannot have headers for a remote server. So Claude Desktop starts mcp-remote, a local process that sends them. It needs Node.',
      'On Windows, an argument must not contain a space. None does: the key is in `env`, and `X-API-Key` needs no "Bearer".',
      'The key is in the file. Let nobody else read the file, and give this key few scopes and an expiry date.',
    ],
  }),
  oauth: (endpoint) => ({
    steps: [
      'Open Settings > Connectors and choose "Add custom connector".',
      `Enter the name \`${SERVER_NAME}\` and the address \`${endpoint}\`. Leave the advanced settings empty.`,
      'Choose Connect.',
      ALLOW,
    ],
    commands: [],
    files: [],
    link: null,
    notes: [
      reachabilityNote('Claude', endpoint),
      'In a team, an owner of it adds the connector first. It is the same list as on claude.ai.',
      'Where Claude does not reach the service, start `mcp-remote` as above, without `--header` and `env`: it signs in by the browser.',
    ],
  }),
};
