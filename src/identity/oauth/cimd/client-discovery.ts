import type { OAuthProviderExtension } from '@better-auth/oauth-provider';
import { LRUCache } from 'lru-cache';
import { DOCUMENT_SOURCE } from '../../../oauth/documents/client-documents.js';
import { clientIdUrl } from '../../../oauth/documents/client-id-url.js';
import { type FetchedDocument, fetchDocument } from '../../../oauth/documents/document-fetch.js';
import type { DocumentNetwork } from '../../../oauth/documents/document-network.js';

type ClientDiscovery = Exclude<NonNullable<OAuthProviderExtension['clientDiscovery']>, unknown[]>;

const MAX_KEY_BYTES = 64 * 1024;
/** Anybody may name a client at the token endpoint. Its keys are read no more often than this. */
const KEYS = { max: 500, ttl: 30_000 };

/**
 * Tells the library of the clients that come by a document. It never reads one: the library also asks for clients that anybody names at
 * the token endpoint. The authorization endpoint has had it read, once the person has signed in.
 */
export function clientDiscovery(network: DocumentNetwork, isOpen: boolean): ClientDiscovery {
  const keys = new LRUCache<string, Promise<FetchedDocument>>(KEYS);
  const keysAt = (address: string): Promise<FetchedDocument> => {
    const known = keys.get(address);
    if (known) return known;
    const fetched = fetchDocument(new URL(address), network, MAX_KEY_BYTES);
    keys.set(address, fetched);
    return fetched;
  };
  return {
    id: DOCUMENT_SOURCE,
    matches: (clientId) => clientIdUrl(clientId) !== undefined,
    resolve: (_context, _clientId, existing) => existing,
    fetchClientMetadataResource: async (input) => {
      const { text, contentType } = await keysAt(input instanceof Request ? input.url : String(input));
      return new Response(text, { headers: { 'content-type': contentType } });
    },
    discoveryMetadata: isOpen ? { client_id_metadata_document_supported: true } : {},
  };
}
