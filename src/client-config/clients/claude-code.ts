import {
  ALLOW,
  type ClientDefinition,
  json,
  KEY_VARIABLE,
  SERVER_NAME,
  SET_VARIABLE,
  shellWord,
} from '../client-definition.js';

export const claudeCode: ClientDefinition = {
  client: 'claude-code',
  title: 'Claude Code',
  keySource: 'environment',
  settings: (endpoint) => ({
    steps: [SET_VARIABLE, 'Run the first command, or put the file into the project.'],
    commands: [
      {
        purpose: 'Add it for yourself, in all projects',
        command: `claude mcp add --transport http --scope user ${SERVER_NAME} ${shellWord(endpoint)} --header 'Authorization: Bearer \${${KEY_VARIABLE}}'`,
      },
      { purpose: 'Check that it connects', command: 'claude mcp list' },
    ],
    files: [
      {
        locations: [{ where: 'one project, shared with others', path: '.mcp.json' }],
        format: 'json',
        content: json({
          mcpServers: {
            [SERVER_NAME]: {
              type: 'http',
              url: endpoint,
              headers: { Authorization: `Bearer \${${KEY_VARIABLE}}` },
            },
          },
        }),
      },
    ],
    link: null,
    notes: [
      `The single quotes keep the shell from putting the key into the file. Claude Code itself replaces \`\${${KEY_VARIABLE}}\`, each time it connects.`,
      'If the variable is not set, Claude Code sends its name as the key, which is refused. `claude mcp list` then names the missing variable.',
      'Claude Code asks you before it uses a server from a `.mcp.json`.',
    ],
  }),
  oauth: (endpoint) => ({
    steps: [
      'Add it by the first command, or put the file into the project.',
      'Run the second command.',
      ALLOW,
    ],
    commands: [
      {
        purpose: 'Add it for yourself, in all projects',
        command: `claude mcp add --transport http --scope user ${SERVER_NAME} ${shellWord(endpoint)}`,
      },
      { purpose: 'Sign in', command: `claude mcp login ${SERVER_NAME}` },
      { purpose: 'Check that it connects', command: 'claude mcp list' },
    ],
    files: [
      {
        locations: [{ where: 'one project, shared with others', path: '.mcp.json' }],
        format: 'json',
        content: json({ mcpServers: { [SERVER_NAME]: { type: 'http', url: endpoint } } }),
      },
    ],
    link: null,
    notes: [
      'Within Claude Code, `/mcp` and Authenticate do the same as the second command.',
      'With a header `Authorization` in its settings, Claude Code does not try OAuth.',
    ],
  }),
};
