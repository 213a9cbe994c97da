import {
  type ClientDefinition,
  KEY_VARIABLE,
  scriptText,
  SERVER_NAME,
  SET_VARIABLE,
} from '../client-definition.js';

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
};
