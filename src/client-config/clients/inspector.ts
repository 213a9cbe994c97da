import { ALLOW, type ClientDefinition, KEY_VARIABLE, SET_VARIABLE, shellWord } from '../client-definition.js';

export const inspector: ClientDefinition = {
  client: 'inspector',
  title: 'MCP Inspector',
  keySource: 'environment',
  settings: (endpoint) => {
    const cli = (method: string) =>
      `npx @modelcontextprotocol/inspector --cli ${shellWord(endpoint)} --transport http --stored-auth-only --header "Authorization: Bearer $${KEY_VARIABLE}" --method ${method}`;
    return {
      steps: [SET_VARIABLE, 'Run a command. It needs Node 22.19 or newer.'],
      commands: [
        { purpose: 'List the tools', command: cli('tools/list') },
        {
          purpose: 'Call a tool',
          command: cli('tools/call --tool-name documents_search --tool-arg query=travel'),
        },
      ],
      files: [],
      link: null,
      notes: [
        'With `--stored-auth-only` it does not try OAuth when the key is refused, and says why it was refused.',
        `Without \`--cli\` it opens a page. Choose Streamable HTTP and add the header \`Authorization\` with \`Bearer\` and the key.`,
        'The key is in the command line, where other users of the machine can see it while the command runs.',
      ],
    };
  },
  oauth: (endpoint) => {
    const cli = (method: string) =>
      `npx @modelcontextprotocol/inspector --cli ${shellWord(endpoint)} --transport http --method ${method}`;
    return {
      steps: ['Run a command. It needs Node 22.19 or newer.', 'Open the address that it prints.', ALLOW],
      commands: [
        { purpose: 'List the tools', command: cli('tools/list') },
        {
          purpose: 'Call a tool',
          command: cli('tools/call --tool-name documents_search --tool-arg query=travel'),
        },
      ],
      files: [],
      link: null,
      notes: ['Without `--cli` it opens a page. Choose Streamable HTTP, and connect.'],
    };
  },
};
