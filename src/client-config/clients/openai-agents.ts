import {
  type ClientDefinition,
  KEY_VARIABLE,
  scriptText,
  SERVER_NAME,
  SET_VARIABLE,
} from '../client-definition.js';

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
};
