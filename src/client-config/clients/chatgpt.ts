import { ALLOW, type ClientDefinition, SERVER_NAME, takesNoKey } from '../client-definition.js';
import { reachabilityNote } from '../reachability-note.js';

export const chatgpt: ClientDefinition = {
  client: 'chatgpt',
  title: 'ChatGPT',
  keySource: 'none',
  settings: takesNoKey,
  oauth: (endpoint) => ({
    steps: [
      'Open Settings > Apps > Advanced settings, and turn the developer mode on.',
      `Choose "Create app". Enter the name \`${SERVER_NAME}\`, the address \`${endpoint}\`, and OAuth as the authentication.`,
      ALLOW,
      'In a chat, choose + > More > Developer mode, and the app.',
    ],
    commands: [],
    files: [],
    link: null,
    notes: [
      reachabilityNote('ChatGPT', endpoint),
      'Older versions call apps connectors. In a team, an administrator may have to allow the developer mode.',
    ],
  }),
};
