import { ALLOW, type ClientDefinition, json, SERVER_NAME } from '../client-definition.js';

const INPUT = 'bouncer-api-key';

export const vsCode: ClientDefinition = {
  client: 'vs-code',
  title: 'VS Code',
  keySource: 'prompt',
  settings: (endpoint) => {
    const inputs = [{ type: 'promptString', id: INPUT, description: 'Bouncer API key', password: true }];
    const server = {
      type: 'http',
      url: endpoint,
      headers: { Authorization: `Bearer \${input:${INPUT}}` },
    };
    const install = JSON.stringify({ name: SERVER_NAME, inputs, ...server });
    return {
      steps: [
        'Write the file, or open the link.',
        'Start the server with the command "MCP: List Servers". VS Code asks for the key once and keeps it in its secret storage.',
      ],
      commands: [],
      files: [
        {
          locations: [
            { where: 'one project', path: '.vscode/mcp.json' },
            { where: 'all projects', path: 'mcp.json of your profile (MCP: Open User Configuration)' },
          ],
          format: 'json',
          content: json({ inputs, servers: { [SERVER_NAME]: server } }),
        },
      ],
      link: `vscode:mcp/install?${encodeURIComponent(install)}`,
      notes: ['VS Code calls the members `servers` and `inputs`, not `mcpServers`.'],
    };
  },
  oauth: (endpoint) => {
    const server = { type: 'http', url: endpoint };
    const install = JSON.stringify({ name: SERVER_NAME, ...server });
    return {
      steps: [
        'Write the file, or open the link.',
        'Start the server with the command "MCP: List Servers". VS Code asks whether it may sign in, and opens the browser.',
        ALLOW,
      ],
      commands: [],
      files: [
        {
          locations: [
            { where: 'one project', path: '.vscode/mcp.json' },
            { where: 'all projects', path: 'mcp.json of your profile (MCP: Open User Configuration)' },
          ],
          format: 'json',
          content: json({ servers: { [SERVER_NAME]: server } }),
        },
      ],
      link: `vscode:mcp/install?${encodeURIComponent(install)}`,
      notes: [
        'The page of this service leads back to VS Code by `http://127.0.0.1:33418`, or by `https://vscode.dev/redirect` where VS Code runs elsewhere.',
      ],
    };
  },
};
