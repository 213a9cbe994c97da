import {
  ALLOW,
  type ClientDefinition,
  json,
  KEY_VARIABLE,
  SERVER_NAME,
  SET_VARIABLE,
  shellWord,
} from '../client-definition.js';

export const geminiCli: ClientDefinition = {
  client: 'gemini-cli',
  title: 'Gemini CLI',
  keySource: 'environment',
  settings: (endpoint) => ({
    steps: [SET_VARIABLE, 'Run the first command, or write the file.'],
    commands: [
      {
        purpose: 'Add it for yourself, in all projects',
        command: `gemini mcp add --scope user --transport http --header 'Authorization: Bearer \${${KEY_VARIABLE}}' ${SERVER_NAME} ${shellWord(endpoint)}`,
      },
      { purpose: 'Check that it connects', command: 'gemini mcp list' },
    ],
    files: [
      {
        locations: [
          { where: 'all projects', path: '~/.gemini/settings.json' },
          { where: 'one project', path: '.gemini/settings.json' },
        ],
        format: 'json',
        content: json({
          mcpServers: {
            [SERVER_NAME]: {
              httpUrl: endpoint,
              headers: { Authorization: `Bearer \${${KEY_VARIABLE}}` },
            },
          },
        }),
      },
    ],
    link: null,
    notes: [
      'The command writes `url` with `"type": "http"`, which means the same as `httpUrl`.',
      'In a folder that Gemini CLI does not trust, it starts no MCP servers.',
    ],
  }),
  oauth: (endpoint) => ({
    steps: [
      'Add it by the first command, or write the file.',
      `Start Gemini CLI and enter \`/mcp auth ${SERVER_NAME}\`.`,
      ALLOW,
    ],
    commands: [
      {
        purpose: 'Add it for yourself, in all projects',
        command: `gemini mcp add --scope user --transport http ${SERVER_NAME} ${shellWord(endpoint)}`,
      },
      { purpose: 'Check that it connects', command: 'gemini mcp list' },
    ],
    files: [
      {
        locations: [
          { where: 'all projects', path: '~/.gemini/settings.json' },
          { where: 'one project', path: '.gemini/settings.json' },
        ],
        format: 'json',
        content: json({ mcpServers: { [SERVER_NAME]: { httpUrl: endpoint } } }),
      },
    ],
    link: null,
    notes: [
      'It keeps tokens in `~/.gemini/mcp-oauth-tokens.json`, or encrypted beside it.',
      'In a folder that Gemini CLI does not trust, it starts no MCP servers.',
    ],
  }),
};
