import {
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
};
