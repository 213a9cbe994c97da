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

export const langchain: ClientDefinition = {
  client: 'langchain',
  title: 'LangChain (@langchain/mcp-adapters)',
  keySource: 'environment',
  settings: (endpoint) => ({
    steps: [SET_VARIABLE, 'Install the package and write the file.'],
    commands: [
      {
        purpose: 'Install',
        command: 'npm install @langchain/mcp-adapters @langchain/core @langchain/langgraph',
      },
    ],
    files: [
      {
        locations: [{ where: 'your program', path: 'bouncer.mjs' }],
        format: 'javascript',
        content: `import { MultiServerMCPClient } from '@langchain/mcp-adapters';

export const client = new MultiServerMCPClient({
  mcpServers: {
    ${SERVER_NAME}: {
      transport: 'http',
      url: ${scriptText(endpoint)},
      headers: { Authorization: \`Bearer \${process.env.${KEY_VARIABLE}}\` },
    },
  },
});
export const tools = await client.getTools();
`,
      },
    ],
    link: null,
    notes: ['Give `tools` to `createAgent`, and call `client.close()` at the end.'],
  }),
  oauth: (endpoint) => ({
    steps: [
      'Install the packages and write the files.',
      'Start the program, and open the address that it prints.',
      ALLOW,
    ],
    commands: [
      {
        purpose: 'Install',
        command:
          'npm install @langchain/mcp-adapters @langchain/core @langchain/langgraph @modelcontextprotocol/sdk',
      },
    ],
    files: [
      OAUTH_PROVIDER_FILE,
      {
        locations: [{ where: 'your program', path: 'bouncer.mjs' }],
        format: 'javascript',
        content: `import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { auth } from '@modelcontextprotocol/sdk/client/auth.js';
import { authProvider, comeBack } from './oauth-provider.mjs';

const server = {
  transport: 'http',
  url: ${scriptText(endpoint)},
  authProvider,
};
const asked = { serverUrl: server.url, scope: 'documents:read' };
if ((await auth(authProvider, asked)) === 'REDIRECT') {
  const answer = await comeBack();
  await auth(authProvider, { ...asked, authorizationCode: answer.get('code') });
}
export const client = new MultiServerMCPClient({ mcpServers: { ${SERVER_NAME}: server } });
export const tools = await client.getTools();
`,
      },
    ],
    link: null,
    notes: [SCOPE_NOTE],
  }),
};
