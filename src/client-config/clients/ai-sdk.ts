import {
  SCOPE_NOTE,
  ALLOW,
  type ClientDefinition,
  KEY_VARIABLE,
  scriptText,
  SET_VARIABLE,
} from '../client-definition.js';
import { OAUTH_PROVIDER_FILE } from '../oauth-provider-file.js';

export const aiSdk: ClientDefinition = {
  client: 'ai-sdk',
  title: 'AI SDK (@ai-sdk/mcp)',
  keySource: 'environment',
  settings: (endpoint) => ({
    steps: [SET_VARIABLE, 'Install the package and write the file.'],
    commands: [{ purpose: 'Install', command: 'npm install ai @ai-sdk/mcp' }],
    files: [
      {
        locations: [{ where: 'your program', path: 'bouncer.mjs' }],
        format: 'javascript',
        content: `import { createMCPClient } from '@ai-sdk/mcp';

export const client = await createMCPClient({
  transport: {
    type: 'http',
    url: ${scriptText(endpoint)},
    headers: { Authorization: \`Bearer \${process.env.${KEY_VARIABLE}}\` },
  },
});
export const tools = await client.tools();
`,
      },
    ],
    link: null,
    notes: [
      'Give `tools` to `generateText` or `streamText`, and call `client.close()` at the end. The package needs Node 22.',
    ],
  }),
  oauth: (endpoint) => ({
    steps: [
      'Install the package and write the files.',
      'Start the program, and open the address that it prints.',
      ALLOW,
    ],
    commands: [{ purpose: 'Install', command: 'npm install ai @ai-sdk/mcp' }],
    files: [
      OAUTH_PROVIDER_FILE,
      {
        locations: [{ where: 'your program', path: 'bouncer.mjs' }],
        format: 'javascript',
        content: `import { auth, createMCPClient } from '@ai-sdk/mcp';
import { authProvider, comeBack } from './oauth-provider.mjs';

const transport = {
  type: 'http',
  url: ${scriptText(endpoint)},
  authProvider,
};
const asked = { serverUrl: transport.url, scope: 'documents:read' };
if ((await auth(authProvider, asked)) === 'REDIRECT') {
  const answer = await comeBack();
  await auth(authProvider, {
    ...asked,
    authorizationCode: answer.get('code'),
    callbackState: answer.get('state'),
    callbackIssuer: answer.get('iss'),
  });
}
export const client = await createMCPClient({ transport });
export const tools = await client.tools();
`,
      },
    ],
    link: null,
    notes: [SCOPE_NOTE, 'The package needs Node 22.'],
  }),
};
