import { BouncerError, NoKeyForUser } from './errors.js';
import { McpClient, type McpTool, type ToolArguments } from './mcp-client.js';
import type { components } from './openapi.js';
import { type BouncerRequestOptions, type RestClient, restClient } from './rest-client.js';

export type DocumentSearch = components['schemas']['SearchAnswer'];

export interface SearchOptions {
  /** How many results at most. */
  limit?: number;
  signal?: AbortSignal;
}

/**
 * Searches documents and calls tools with the key of one user. A refusal is thrown as {@link RateLimited},
 * {@link InsufficientScope}, {@link NoKeyForUser} or another {@link BouncerError}.
 *
 * @example
 * ```ts
 * const ada = bouncer.forUser({ email: 'ada@example.com' });
 * const invoice = await ada.callTool('invoices_get', { id });
 * ```
 */
export class BouncerUser {
  /** Every REST route, typed. */
  readonly rest: RestClient;
  private readonly mcp: McpClient;

  constructor(
    private readonly email: string,
    options: BouncerRequestOptions,
  ) {
    this.rest = restClient(options);
    this.mcp = new McpClient(options);
  }

  async searchDocuments(query: string, { limit, signal }: SearchOptions = {}): Promise<DocumentSearch> {
    const body = { query, ...(limit !== undefined && { limit }) };
    const request = this.rest.POST('/api/documents/search', { body, ...(signal && { signal }) });
    const { data } = await this.withKey(request);
    return data as DocumentSearch;
  }

  /** The MCP tools that this user may call. */
  listTools(signal?: AbortSignal): Promise<McpTool[]> {
    return this.withKey(this.mcp.listTools(signal));
  }

  /**
   * Calls an MCP tool.
   *
   * @returns its structured content, or its text where it has none
   * @throws ToolFailed where the tool ran and failed
   */
  callTool<T = unknown>(name: string, args: ToolArguments = {}, signal?: AbortSignal): Promise<T> {
    return this.withKey(this.mcp.callTool<T>(name, args, signal));
  }

  /** A stored key that is refused was taken back: another one is not made behind the back of whoever did that. */
  private withKey<T>(request: Promise<T>): Promise<T> {
    return request.catch((error: unknown) => {
      if (error instanceof BouncerError && error.code === 'invalid_api_key')
        throw new NoKeyForUser(this.email, 'the stored key was revoked or disabled', { cause: error });
      throw error;
    });
  }
}
