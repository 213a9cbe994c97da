import {
  ALLOW,
  type ClientDefinition,
  KEY_VARIABLE,
  SERVER_NAME,
  SET_VARIABLE,
  shellWord,
} from '../client-definition.js';

export const codex: ClientDefinition = {
  client: 'codex',
  title: 'Codex CLI',
  keySource: 'environment',
  settings: (endpoint) => ({
    steps: [SET_VARIABLE, 'Run the first command, or write the file.'],
    commands: [
      {
        purpose: 'Add it',
        command: `codex mcp add ${SERVER_NAME} --url ${shellWord(endpoint)} --bearer-token-env-var ${KEY_VARIABLE}`,
      },
      { purpose: 'Check what was added', command: 'codex mcp list' },
    ],
    files: [
      {
        locations: [
          { where: 'all projects', path: '~/.codex/config.toml' },
          { where: 'one project that Codex trusts', path: '.codex/config.toml' },
        ],
        format: 'toml',
        content: `[mcp_servers.${SERVER_NAME}]\nurl = ${JSON.stringify(endpoint)}\nbearer_token_env_var = "${KEY_VARIABLE}"\n`,
      },
    ],
    link: null,
    notes: [
      '`bearer_token_env_var` is the name of the variable, not the key. The IDE extension reads the same file.',
      'Codex ignores a member `headers`. Use `env_http_headers` for other headers.',
      '"Not logged in" means that the key was refused. `codex mcp login` signs in without a key.',
    ],
  }),
  oauth: (endpoint) => ({
    steps: ['Add it by the first command, or write the file.', 'Run the second command.', ALLOW],
    commands: [
      { purpose: 'Add it', command: `codex mcp add ${SERVER_NAME} --url ${shellWord(endpoint)}` },
      { purpose: 'Sign in', command: `codex mcp login ${SERVER_NAME}` },
      { purpose: 'Check what was added', command: 'codex mcp list' },
    ],
    files: [
      {
        locations: [
          { where: 'all projects', path: '~/.codex/config.toml' },
          { where: 'one project that Codex trusts', path: '.codex/config.toml' },
        ],
        format: 'toml',
        content: `[mcp_servers.${SERVER_NAME}]\nurl = ${JSON.stringify(endpoint)}\n`,
      },
    ],
    link: null,
    notes: ['The first command finds that the service has OAuth, and begins to sign in by itself.'],
  }),
};
