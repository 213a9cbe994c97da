import {
  ALLOW,
  type ClientDefinition,
  DESKTOP_ENVIRONMENT,
  json,
  KEY_VARIABLE,
  SERVER_NAME,
  SET_VARIABLE,
} from '../client-definition.js';

export const cursor: ClientDefinition = {
  client: 'cursor',
  title: 'Cursor',
  keySource: 'environment',
  settings: (endpoint) => {
    const server = { url: endpoint, headers: { Authorization: `Bearer \${env:${KEY_VARIABLE}}` } };
    const config = Buffer.from(JSON.stringify(server)).toString('base64');
    return {
      steps: [SET_VARIABLE, 'Write the file, or open the link.', 'Start Cursor again.'],
      commands: [],
      files: [
        {
          locations: [
            { where: 'all projects', path: '~/.cursor/mcp.json' },
            { where: 'one project', path: '.cursor/mcp.json' },
          ],
          format: 'json',
          content: json({ mcpServers: { [SERVER_NAME]: server } }),
        },
      ],
      link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${SERVER_NAME}&config=${encodeURIComponent(config)}`,
      notes: [DESKTOP_ENVIRONMENT],
    };
  },
  oauth: (endpoint) => {
    const server = { url: endpoint };
    const config = Buffer.from(JSON.stringify(server)).toString('base64');
    return {
      steps: [
        'Write the file, or open the link.',
        'Choose "Needs login" beside the server in the settings of Cursor (Tools & MCP).',
        ALLOW,
      ],
      commands: [],
      files: [
        {
          locations: [
            { where: 'all projects', path: '~/.cursor/mcp.json' },
            { where: 'one project', path: '.cursor/mcp.json' },
          ],
          format: 'json',
          content: json({ mcpServers: { [SERVER_NAME]: server } }),
        },
      ],
      link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${SERVER_NAME}&config=${encodeURIComponent(config)}`,
      notes: [
        'The page of this service leads back to Cursor by `http://localhost:8787/callback`, and in older versions by `cursor://anysphere.cursor-mcp/oauth/callback`, which your browser asks you to open.',
      ],
    };
  },
};
