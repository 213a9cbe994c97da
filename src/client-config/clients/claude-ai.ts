import { ALLOW, type ClientDefinition, SERVER_NAME, takesNoKey } from '../client-definition.js';
import { reachabilityNote } from '../reachability-note.js';

export const claudeAi: ClientDefinition = {
  client: 'claude-ai',
  title: 'Claude (claude.ai)',
  keySource: 'none',
  settings: takesNoKey,
  oauth: (endpoint) => ({
    steps: [
      'Open the link, and choose "Add custom connector".',
      `Enter the name \`${SERVER_NAME}\` and the address \`${endpoint}\`. Leave the advanced settings empty.`,
      'Choose Connect.',
      ALLOW,
    ],
    commands: [],
    files: [],
    link: 'https://claude.ai/customize/connectors',
    notes: [
      reachabilityNote('Claude', endpoint),
      'In a team, an owner of it adds the connector first.',
      'Claude Desktop and the apps for phones have what was added here.',
    ],
  }),
};
