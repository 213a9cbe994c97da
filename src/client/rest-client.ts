import createClient, { type Client } from 'openapi-fetch';
import { errorOf } from './errors.js';
import type { paths } from './openapi.js';

/** Every REST route of Bouncer, with its parameters, body and answer typed. */
export type RestClient = Client<paths>;

export interface BouncerRequestOptions {
  /** Where Bouncer is, such as `https://bouncer.example.com`. */
  url: string;
  /** Gives the key of each request. */
  key: () => string | Promise<string>;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
}

/**
 * A typed client of the REST routes; what Bouncer refuses is thrown as a {@link BouncerError}.
 *
 * @example
 * ```ts
 * const rest = restClient({ url: 'https://bouncer.example.com', key: () => apiKey });
 * const { data } = await rest.GET('/api/documents/{id}', { params: { path: { id } } });
 * ```
 */
export function restClient({ url, key, fetch }: BouncerRequestOptions): RestClient {
  const client = createClient<paths>({ baseUrl: url.replace(/\/+$/, ''), ...(fetch && { fetch }) });
  client.use({
    async onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${await key()}`);
      return request;
    },
    async onResponse({ response }) {
      if (response.status < 400) return;
      const body: unknown = await response.json().catch(() => undefined);
      throw errorOf(response.status, response.headers, body);
    },
  });
  return client;
}
