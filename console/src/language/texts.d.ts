import type agents from './en/agents.json';
import type assistant from './en/assistant.json';
import type audit from './en/audit.json';
import type documents from './en/documents.json';
import type frame from './en/frame.json';
import type keys from './en/keys.json';
import type overview from './en/overview.json';
import type parts from './en/parts.json';
import type people from './en/people.json';
import type settings from './en/settings.json';
import type start from './en/start.json';
import type tools from './en/tools.json';

/** The texts of each screen by their keys, so that the compiler finds one that is not there. */
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'parts';
    resources: {
      agents: typeof agents;
      assistant: typeof assistant;
      audit: typeof audit;
      documents: typeof documents;
      frame: typeof frame;
      keys: typeof keys;
      overview: typeof overview;
      parts: typeof parts;
      people: typeof people;
      settings: typeof settings;
      start: typeof start;
      tools: typeof tools;
    };
  }
}
