import {
  Client,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Browser } from './browser.js';
import type { ConnectedClient } from './clients.js';
import { CALLBACK, membersOf } from './oauth-program.js';
import { PASSWORD } from './people.js';

const INFO = { name: 'spec', version: '1.0.0' };

/** What a client keeps between its requests, as a program on a person's machine does. */
export class KeptCredentials implements OAuthClientProvider {
  /** Where the person was led to, in order. */
  readonly asked: URL[] = [];
  client: StoredOAuthClientInformation | undefined;
  kept: StoredOAuthTokens | undefined;
  private discovered: OAuthDiscoveryState | undefined;
  private verifier = '';
  private states = 0;

  /** @param clientMetadataUrl where the client's document is, if it has one */
  constructor(
    readonly clientMetadataUrl?: string,
    private readonly redirects: string[] = [CALLBACK],
  ) {}

  get redirectUrl(): string {
    return CALLBACK;
  }

  get clientMetadata() {
    return {
      client_name: 'Spec client',
      redirect_uris: this.redirects,
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    };
  }

  state(): string {
    return `state-${++this.states}`;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.client;
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.client = client;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.kept;
  }

  invalidateCredentials(scope: string): void {
    if (scope === 'all' || scope === 'tokens') this.kept = undefined;
    if (scope === 'all' || scope === 'client') this.client = undefined;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.kept = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.asked.push(url);
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.discovered = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.discovered;
  }

  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }

  codeVerifier(): string {
    return this.verifier;
  }
}

/** A client of one generation, with what it keeps. */
export interface OAuthClientSession {
  connect(): Promise<ConnectedClient>;
  /** Takes what came to the callback. */
  finish(answer: URL): Promise<void>;
}

const v2 =
  (versionNegotiation?: { mode: { pin: string } }) =>
  (url: string, authProvider: KeptCredentials): OAuthClientSession => {
    let transport: StreamableHTTPClientTransport;
    return {
      connect: async () => {
        transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { authProvider });
        const client = new Client(INFO, versionNegotiation ? { versionNegotiation } : {});
        await client.connect(transport);
        return client;
      },
      finish: (answer) => transport.finishAuth(answer.searchParams),
    };
  };

const v1 = (url: string, kept: KeptCredentials): OAuthClientSession => {
  let transport: OldTransport;
  return {
    connect: async () => {
      transport = new OldTransport(new URL(`${url}/mcp`), { authProvider: kept });
      const client = new OldClient(INFO);
      await client.connect(transport);
      return client;
    },
    finish: (answer) => transport.finishAuth(answer.searchParams.get('code')!),
  };
};

export type StartClient = (url: string, kept: KeptCredentials) => OAuthClientSession;

/** It renews its token where it is told that a scope is missing, and a renewed token has no further scope. */
export const OLD_GENERATION = '@modelcontextprotocol/sdk 1.32';

/** Lists real clients by name, with their own part for OAuth. */
export const OAUTH_CLIENTS: [name: string, start: StartClient][] = [
  ['@modelcontextprotocol/client pinned to 2026-07-28', v2({ mode: { pin: '2026-07-28' } })],
  ['@modelcontextprotocol/client on 2025-11-25', v2()],
  [OLD_GENERATION, v1],
];

/** Goes through the pages as a person does, signs in when asked to, and returns where the client is told. */
export async function agree(
  person: Browser,
  asked: URL,
  email: string,
): Promise<{ answer: URL; pages: string[] }> {
  const pages: string[] = [];
  let next = new URL(asked);
  // Sign-in, consent, a fresh sign-in, consent again, and what leads from one to the other.
  for (let steps = 0; steps < 12; steps++) {
    if (next.origin !== asked.origin) return { answer: next, pages };
    const path = next.pathname + next.search;
    let shown = await person.request('GET', path);
    if (shown.status === 200) {
      const [, title = ''] = /<h1>(.*?)<\/h1>/.exec(shown.text) ?? [];
      pages.push(title.replace(/<\/?bdi>/g, ''));
      const [, onward] = /^0; url=(.*)$/.exec(shown.headers.get('refresh') ?? '') ?? [];
      const { decision, ...members } = membersOf(shown);
      if (onward !== undefined) {
        next = new URL(onward, next);
        continue;
      }
      const isSignIn = next.pathname === '/auth/pages/sign-in';
      shown = await person.submit(
        next.pathname,
        isSignIn ? { ...members, email, password: PASSWORD } : { ...members, decision: decision! },
      );
    }
    const location = shown.headers.get('location');
    if (location === null) throw new Error(`Stopped at ${path}: ${shown.status} ${shown.text}`);
    next = new URL(location, next);
  }
  throw new Error(`No end: ${pages.join(', ')}`);
}
