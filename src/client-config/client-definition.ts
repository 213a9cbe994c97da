import type { ClientConfig } from './client-config.schema.js';

/** The name of the server in a client's settings. */
export const SERVER_NAME = 'bouncer';
/** The environment variable that clients take the key from. */
export const KEY_VARIABLE = 'BOUNCER_API_KEY';
/** Takes the place of the key where a client reads it only from its file. */
export const KEY_PLACEHOLDER = 'YOUR_API_KEY';

/** Where the key comes from: the client's environment, a question that it asks, or the file itself. */
export type KeySource = ClientConfig['keySource'];
export type ConfigFile = ClientConfig['files'][number];

/** The part of a client's configuration that depends on the address of the service. */
export type ClientSettings = Pick<ClientConfig, 'steps' | 'commands' | 'files' | 'link' | 'notes'>;

export interface ClientDefinition {
  /** The name of the client in the query. */
  client: string;
  title: string;
  keySource: KeySource;
  /** @param endpoint URL of the MCP endpoint */
  settings: (endpoint: string) => ClientSettings;
}

/** Formats JSON as clients usually write their files. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Quotes a text as one word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Quotes a text as a JavaScript string, with single quotes where possible. */
export const scriptText = (text: string): string =>
  /['\\\p{Cc}\u2028\u2029]/u.test(text) ? JSON.stringify(text) : `'${text}'`;

/** A note for clients that are started from a desktop. */
export const DESKTOP_ENVIRONMENT = `A program that is started from the desktop may not see the variables of your shell. Start it from a terminal, or set \`${KEY_VARIABLE}\` for the whole session.`;

export const SET_VARIABLE = `Set \`${KEY_VARIABLE}\` to your key in the environment that the client starts in.`;
