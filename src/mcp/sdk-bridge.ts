import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';
import { errorBody } from './json-rpc.js';
import { McpRegistry } from './mcp-registry.js';
import type { PrimitiveKind } from './primitive.js';
import { SdkServers } from './sdk-servers.js';
import { Sessions } from './sessions.js';

/**
 * Hands a request to the SDK: everything but plain lists and calls. Both ways end in the same dispatcher. One `Server`
 * serves one request, as the SDK asks: a shared one mixes up its clients.
 */
@Injectable()
export class SdkBridge implements OnModuleDestroy {
  private readonly logger = new Logger(SdkBridge.name);
  private readonly requests = new WeakMap<Request, CallerRequest>();
  private readonly handler: McpHttpHandler = createMcpHandler(
    ({ requestInfo }) => this.servers.make(() => this.requests.get(requestInfo!)!),
    { onerror: (error) => this.logger.debug(error.message) },
  );

  constructor(
    private readonly servers: SdkServers,
    private readonly sessions: Sessions,
    registry: McpRegistry,
  ) {
    registry.changes.subscribe((kind) => this.announce(kind));
  }

  serve(request: CallerRequest, body: unknown, signal: AbortSignal): Promise<Response> {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !CREDENTIALS.has(name))
        headers.set(name, typeof value === 'string' ? value : value.join(', '));
    }
    const web = new Request(`http://localhost${request.url}`, { method: request.method, headers, signal });
    this.requests.set(web, request);
    if (this.sessions.concerns(request, body)) return this.serveSession(web, request, body);
    return this.handler.fetch(web, { parsedBody: body });
  }

  /** Whether the request goes on with a session, which then must know of it. */
  inSession(request: CallerRequest): boolean {
    return request.headers['mcp-session-id'] !== undefined && this.sessions.concerns(request, undefined);
  }

  private async serveSession(web: Request, request: CallerRequest, parsedBody: unknown): Promise<Response> {
    if (!this.inSession(request)) {
      const server = this.servers.make(({ http }) => this.requests.get(http!.req!)!);
      const transport = await this.sessions.begin(request, server);
      return transport.handleRequest(web, { parsedBody });
    }
    const session = this.sessions.find(request);
    if (session) return session.transport.handleRequest(web, { parsedBody });
    const body = errorBody(null, { code: SESSION_NOT_FOUND, message: 'Session not found: initialize again' });
    return Response.json(body, { status: 404 });
  }

  async onModuleDestroy(): Promise<void> {
    await this.handler.close();
  }

  private announce(kind: PrimitiveKind): void {
    const { notify } = this.handler;
    if (kind === 'tool') notify.toolsChanged();
    else if (kind === 'prompt') notify.promptsChanged();
    else if (kind !== 'completion') notify.resourcesChanged();
  }
}

/** As the SDK's own transports say it. */
const SESSION_NOT_FOUND = -32001;

/** The SDK has no use for the key, and what it does not have it cannot pass on. */
const CREDENTIALS = new Set(['authorization', 'x-api-key', 'cookie']);
