import {
  SCOPE_NOTE,
  ALLOW,
  type ClientDefinition,
  KEY_VARIABLE,
  scriptText,
  SERVER_NAME,
  SET_VARIABLE,
} from '../client-definition.js';
import { OAUTH_PROVIDER_FILE } from '../oauth-provider-file.js';

export const openaiAgents: ClientDefinition = {
  client: 'openai-agents',
  title: 'OpenAI Agents SDK (@openai/agents)',
  keySource: 'environment',
  settings: (endpoint) => ({
    steps: [SET_VARIABLE, 'Install the package and write the file.'],
    commands: [{ purpose: 'Install', command: 'npm install @openai/agents zod' }],
    files: [
      {
        locations: [{ where: 'your program', path: 'bouncer.mjs' }],
        format: 'javascript',
        content: `import { MCPServerStreamableHttp } from '@openai/agents';

export const server = new MCPServerStreamableHttp({
  name: '${SERVER_NAME}',
  url: ${scriptText(endpoint)},
  requestInit: { headers: { Authorization: \`Bearer \${process.env.${KEY_VARIABLE}}\` } },
});
await server.connect();
`,
      },
    ],
    link: null,
    notes: [
      'Give `server` to an agent: `new Agent({ name, instructions, mcpServers: [server] })`. Call `server.close()` at the end.',
    ],
  }),
  oauth: (endpoint) => ({
    steps: [
      'Install the packages and write the files.',
      'Start the program, and open the address that it prints.',
      ALLOW,
    ],
    commands: [
      { purpose: 'Install', command: 'npm install @openai/agents @modelcontextprotocol/client zod' },
    ],
    files: [
      OAUTH_PROVIDER_FILE,
      {
        locations: [{ where: 'your program', path: 'bouncer.mjs' }],
        format: 'javascript',
        content: `import { auth } from '@modelcontextprotocol/client';
import { MCPServerStreamableHttp } from '@openai/agents';
import { authProvider, comeBack } from './oauth-provider.mjs';

const options = {
  name: '${SERVER_NAME}',
  url: ${scriptText(endpoint)},
  authProvider,
};
const asked = { serverUrl: options.url, scope: 'documents:read' };
if ((await auth(authProvider, asked)) === 'REDIRECT') {
  const answer = await comeBack();
  await auth(authProvider, { ...asked, authorizationCode: answer.get('code'), iss: answer.get('iss') });
}
export const server = new MCPServerStreamableHttp(options);
await server.connect();
`,
      },
    ],
    link: null,
    notes: [SCOPE_NOTE],
  }),
};
