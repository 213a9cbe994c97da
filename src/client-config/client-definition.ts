import type { ClientConfig } from './client-config.schema.js';

/** The name of the server in a client's settings. */
export const SERVER_NAME = 'bouncer';
/** The environment variable that clients take the key from. */
export const KEY_VARIABLE = 'BOUNCER_API_KEY';
/** Takes the place of the key where a client reads it only from its file. */
export const KEY_PLACEHOLDER = 'YOUR_API_KEY';

/** Where the key comes from: the client's environment, a question that it asks, the file itself, or nowhere, as the client takes none. */
export type KeySource = ClientConfig['keySource'];
export type ConfigFile = ClientConfig['files'][number];

/** The part of a client's configuration that depends on the address of the service. */
export type ClientSettings = NonNullable<ClientConfig['oauth']>;

export interface ClientDefinition {
  /** The name of the client in the query. */
  client: string;
  title: string;
  keySource: KeySource;
  /**
   * With a key.
   *
   * @param endpoint URL of the MCP endpoint
   */
  settings: (endpoint: string) => ClientSettings;
  /** Without a key, or `null` where the client does not know OAuth. */
  oauth: ((endpoint: string) => ClientSettings) | null;
}

/** What a client that knows only OAuth has in place of the settings for a key. */
export const takesNoKey = (): ClientSettings => ({
  steps: ['This client takes no key. `oauth` says how it connects.'],
  commands: [],
  files: [],
  link: null,
  notes: [],
});

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

/** What a person does in the browser that a client opens. */
export const ALLOW = 'Sign in on the page of this service, see what the program asks for, and allow it.';

/** A note for programs of one's own. */
export const SCOPE_NOTE =
  'Name the scopes that the program needs. Without `scope` it asks for all that the service has.';
