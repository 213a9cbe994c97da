import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { newId } from '../../common/new-id.js';
import { type ClientDocument, clientDocumentIn } from './client-document.js';
import { clientIdUrl } from './client-id-url.js';
import { DocumentRefused, DocumentUnavailable, fetchDocument } from './document-fetch.js';
import { DocumentNetwork } from './document-network.js';

/** The clients that come by a document have this in `oauth_clients.client_discovery_id`. */
export const DOCUMENT_SOURCE = 'cimd';

/** What the draft says that a document has at most. */
const MAX_BYTES = 5 * 1024;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FRESH = { least: 5 * MINUTE_MS, most: 24 * HOUR_MS };
/** How long a copy serves on while its server does not answer. */
const GRACE_MS = 24 * HOUR_MS;
/** A document that could not be had is asked for again after this time. */
const FAILURES = { max: 1000, ttl: MINUTE_MS };
const MAX_FETCHES = 20;

interface Copy {
  source: string | null;
  freshUntil: string | null;
}

/**
 * Knows the clients whose id is the address of their metadata. The copies are rows, so that all replicas have the same, and a
 * document is read again when its time is over. Only what is asked for by somebody who signed in reads one, because each reading is
 * a request that the asker has chosen the address of.
 */
@Injectable()
export class ClientDocuments {
  private readonly fetches = new Map<string, Promise<void>>();
  private readonly failures = new LRUCache<string, Error>(FAILURES);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly network: DocumentNetwork,
  ) {}

  /**
   * Makes sure that the service has a client's document that is not too old.
   * @param beforeFetch runs before its server is asked, and may refuse that
   * @throws DocumentUnavailable, DocumentRefused
   *
   * @example `await this.documents.refresh('https://app.example.com/client.json', () => this.limits.charge(ip));`
   */
  async refresh(clientId: string, beforeFetch: () => Promise<void>): Promise<void> {
    const url = clientIdUrl(clientId);
    if (!url) return;
    const [copy] = await this.dataSource.query<Copy[]>(
      `SELECT client_discovery_id AS source, metadata->>'freshUntil' AS "freshUntil" FROM oauth_clients
       WHERE client_id = $1`,
      [clientId],
    );
    if (copy && copy.source !== DOCUMENT_SOURCE) return;
    const freshUntil = copy?.freshUntil ? Date.parse(copy.freshUntil) : 0;
    if (freshUntil > Date.now()) return;
    try {
      await this.fetchOnce(url, beforeFetch);
    } catch (error) {
      const serves = error instanceof DocumentUnavailable && freshUntil + GRACE_MS > Date.now();
      if (!serves) throw error;
    }
  }

  private async fetchOnce(url: URL, beforeFetch: () => Promise<void>): Promise<void> {
    const failed = this.failures.get(url.href);
    if (failed) throw failed;
    const running = this.fetches.get(url.href);
    if (running) return running;
    await beforeFetch();
    if (this.fetches.size >= MAX_FETCHES)
      throw new DocumentUnavailable('too many programs are being looked up');
    const fetch = this.fetches.get(url.href) ?? this.fetch(url);
    this.fetches.set(url.href, fetch);
    return fetch;
  }

  private async fetch(url: URL): Promise<void> {
    try {
      const { text, maxAgeSeconds = 0 } = await fetchDocument(url, this.network, MAX_BYTES);
      const keptMs = Math.min(Math.max(maxAgeSeconds * 1000, FRESH.least), FRESH.most);
      await this.keep(clientDocumentIn(text, url), new Date(Date.now() + keptMs));
    } catch (error) {
      if (error instanceof DocumentRefused || error instanceof DocumentUnavailable)
        this.failures.set(url.href, error);
      throw error;
    } finally {
      this.fetches.delete(url.href);
    }
  }

  /** What an administrator decided about the client stays. */
  private async keep(document: ClientDocument, freshUntil: Date): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO oauth_clients (id, client_id, client_discovery_id, name, uri, redirect_uris, token_endpoint_auth_method,
         application_type, jwks, jwks_uri, grant_types, response_types, metadata, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11::jsonb, '["code"]', $12::jsonb, now(), now())
       ON CONFLICT (client_id) DO UPDATE SET
         name = excluded.name, uri = excluded.uri, redirect_uris = excluded.redirect_uris,
         token_endpoint_auth_method = excluded.token_endpoint_auth_method,
         application_type = excluded.application_type, jwks = excluded.jwks, jwks_uri = excluded.jwks_uri,
         grant_types = excluded.grant_types, metadata = excluded.metadata, updated_at = excluded.updated_at
       WHERE oauth_clients.client_discovery_id = excluded.client_discovery_id`,
      [
        newId(),
        document.client_id,
        DOCUMENT_SOURCE,
        document.client_name,
        document.client_uri ?? null,
        JSON.stringify(document.redirect_uris),
        document.token_endpoint_auth_method,
        document.application_type ?? null,
        document.jwks ? JSON.stringify(document.jwks) : null,
        document.jwks_uri ?? null,
        JSON.stringify(document.grant_types),
        JSON.stringify({ freshUntil: freshUntil.toISOString() }),
      ],
    );
  }
}
