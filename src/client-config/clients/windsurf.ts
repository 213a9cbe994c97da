import {
  ALLOW,
  type ClientDefinition,
  DESKTOP_ENVIRONMENT,
  json,
  KEY_VARIABLE,
  SERVER_NAME,
  SET_VARIABLE,
} from '../client-definition.js';

export const windsurf: ClientDefinition = {
  client: 'windsurf',
  title: 'Windsurf (Devin Desktop)',
  keySource: 'environment',
  settings: (endpoint) => ({
    steps: [SET_VARIABLE, 'Write the file.', 'Refresh the list of MCP servers in Cascade.'],
    commands: [],
    files: [
      {
        locations: [
          { where: 'macOS, Linux', path: '~/.codeium/windsurf/mcp_config.json' },
          { where: 'Windows', path: '%USERPROFILE%\\.codeium\\windsurf\\mcp_config.json' },
          { where: 'the plugin for JetBrains IDEs', path: '~/.codeium/mcp_config.json' },
        ],
        format: 'json',
        content: json({
          mcpServers: {
            [SERVER_NAME]: {
              serverUrl: endpoint,
              headers: { Authorization: `Bearer \${env:${KEY_VARIABLE}}` },
            },
          },
        }),
      },
    ],
    link: null,
    notes: [DESKTOP_ENVIRONMENT, 'In a team, an administrator may have to allow the server first.'],
  }),
  oauth: (endpoint) => ({
    steps: [
      'Write the file.',
      'Refresh the list of MCP servers in Cascade, and sign in when it asks.',
      ALLOW,
    ],
    commands: [],
    files: [
      {
        locations: [
          { where: 'macOS, Linux', path: '~/.codeium/windsurf/mcp_config.json' },
          { where: 'Windows', path: '%USERPROFILE%\\.codeium\\windsurf\\mcp_config.json' },
          { where: 'the plugin for JetBrains IDEs', path: '~/.codeium/mcp_config.json' },
        ],
        format: 'json',
        content: json({ mcpServers: { [SERVER_NAME]: { serverUrl: endpoint } } }),
      },
    ],
    link: null,
    notes: ['In a team, an administrator may have to allow the server first.'],
  }),
};
