import { BouncerError, NoKeyForUser } from './errors.js';
import { McpClient, type McpTool, type ToolArguments } from './mcp-client.js';
import type { components } from './openapi.js';
import { type BouncerRequestOptions, type RestClient, restClient } from './rest-client.js';

/** What Bouncer answers to a new document: a key that may not read gets its id, its times and what was sent. */
export type WrittenDocument = components['schemas']['WrittenDocument'];

export interface UploadOptions {
  /** The name of the file with its extension. A `File` has one already. */
  name?: string;
  /** Default: that of the file, or its first heading, or its name. */
  title?: string;
  /** A code of ISO 639-1. Default: it is detected. */
  language?: string;
  signal?: AbortSignal;
}

export type DocumentSearch = components['schemas']['SearchAnswer'];

export type AssistantAnswer = components['schemas']['AssistantAnswer'];

export interface AskOptions {
  /** The conversation before the question, the oldest first. */
  history?: { role: 'user' | 'assistant'; content: string }[];
  signal?: AbortSignal;
}

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

  /**
   * Asks the assistant about the user's documents.
   *
   * @returns the answer in one piece; `[n]` in it cites `sources[n - 1]`
   * @example
   * ```ts
   * const { answer, sources } = await ada.ask('What were our Q3 revenue numbers?');
   * ```
   */
  async ask(question: string, { history, signal }: AskOptions = {}): Promise<AssistantAnswer> {
    const request = this.rest.POST('/api/assistant/ask', {
      body: { question, ...(history && { history }) },
      headers: { accept: 'application/json' },
      ...(signal && { signal }),
    });
    const { data } = await this.withKey(request);
    return data as AssistantAnswer;
  }

  /**
   * Asks the assistant, and streams what it says.
   *
   * @returns a UI message stream of the AI SDK, to be handed to the browser, whose `useChat` reads it
   * @example
   * ```ts
   * app.post('/chat', async (request) => bouncer.forUser(request.user).askStream(request.body.question));
   * ```
   */
  async askStream(question: string, { history, signal }: AskOptions = {}): Promise<Response> {
    const request = this.rest.POST('/api/assistant/ask', {
      body: { question, ...(history && { history }) },
      headers: { accept: 'text/event-stream' },
      parseAs: 'stream',
      ...(signal && { signal }),
    });
    const { response } = await this.withKey(request);
    return response;
  }

  /**
   * Makes a document of a file: Markdown, text, HTML, PDF or DOCX.
   *
   * @example `await ada.uploadDocument(form.get('file') as File, { language: 'de' })`
   */
  async uploadDocument(
    file: Blob,
    { name = file instanceof File ? file.name : 'file', title, language, signal }: UploadOptions = {},
  ): Promise<WrittenDocument> {
    const form = new FormData();
    if (title !== undefined) form.set('title', title);
    if (language !== undefined) form.set('language', language);
    form.set('file', file, name);
    const request = this.rest.POST('/api/documents/upload', {
      body: { file: '' },
      bodySerializer: () => form,
      ...(signal && { signal }),
    });
    const { data } = await this.withKey(request);
    return data as WrittenDocument;
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
