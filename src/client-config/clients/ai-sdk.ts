import { type ClientDefinition, KEY_VARIABLE, scriptText, SET_VARIABLE } from '../client-definition.js';

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
};
