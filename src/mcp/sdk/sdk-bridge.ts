import { createMcpHandler, type McpHttpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Attachment } from '../../common/attachment.js';
import type { CallerRequest } from '../../access/caller.js';
import { errorBody } from '../protocol/json-rpc.js';
import { notificationHandlerOf } from './notification-handlers.js';
import { ChangeSubscriptions } from './change-subscriptions.js';
import { isListening } from '../protocol/request-body.js';
import type { CallRefusal } from '../call/mcp-dispatcher.js';
import { McpRegistry } from '../registry/mcp-registry.js';
import { ResourceUpdates } from '../registry/resource-updates.js';
import { withRefusal } from './refused-answer.js';
import { type Connection, SdkServers } from './sdk-servers.js';
import { assertMayResume, type Session, Sessions } from './sessions.js';

/**
 * Passes requests to the SDK, except plain lists and calls. Both paths end in the same dispatcher. One `Server`
 * serves one request, as the SDK requires: a shared one confuses its clients.
 */
@Injectable()
export class SdkBridge implements OnModuleDestroy {
  private readonly logger = new Logger(SdkBridge.name);
  private readonly requests = new Attachment<CallerRequest>();
  private readonly refusals = new Attachment<CallRefusal>();
  private readonly factory: McpServerFactory = ({ requestInfo, era }) =>
    this.serverFor(() => this.requests.get(requestInfo!)!, era === 'modern');
  private readonly handler: McpHttpHandler = createMcpHandler(this.factory, {
    onerror: (error) => this.logger.debug(error.message),
  });
  private readonly subscriptions = new ChangeSubscriptions(this.factory);

  constructor(
    private readonly servers: SdkServers,
    private readonly sessions: Sessions,
    registry: McpRegistry,
    updates: ResourceUpdates,
  ) {
    for (const notified of [this.subscriptions, sessions]) {
      registry.changes.subscribe((kind) => notified.announce(kind));
      updates.changes.subscribe((update) => notified.updated(update));
    }
  }

  async serve(request: CallerRequest, body: unknown, signal: AbortSignal): Promise<Response> {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !CREDENTIALS.has(name))
        headers.set(name, typeof value === 'string' ? value : value.join(', '));
    }
    const web = new Request(`http://localhost${request.url}`, { method: request.method, headers, signal });
    this.requests.set(web, request);
    if (this.sessions.isSessionRequest(request, body)) return this.serveSession(web, request, body);
    if (isListening(body)) return this.subscriptions.serve(request.user!.userId, web, body);
    const answer = await this.handler.fetch(web, { parsedBody: body });
    return withRefusal(answer, body, () => this.refusals.get(request));
  }

  /** Returns whether the request belongs to a session, which then has to handle it. */
  inSession(request: CallerRequest): boolean {
    return (
      request.headers['mcp-session-id'] !== undefined && this.sessions.isSessionRequest(request, undefined)
    );
  }

  private async serveSession(web: Request, request: CallerRequest, parsedBody: unknown): Promise<Response> {
    if (!this.inSession(request)) {
      const server = this.serverFor(({ http }) => this.requests.get(http!.req!)!, true);
      const transport = await this.sessions.begin(request, server);
      return transport.handleRequest(web, { parsedBody });
    }
    const session = this.sessions.find(request);
    if (session) return this.continueSession(session, web, request, parsedBody);
    const body = errorBody(null, { code: SESSION_NOT_FOUND, message: 'Session not found: initialize again' });
    return Response.json(body, { status: 404 });
  }

  private async continueSession(
    session: Session,
    web: Request,
    request: CallerRequest,
    parsedBody: unknown,
  ): Promise<Response> {
    if (request.headers['last-event-id'] !== undefined) assertMayResume(session, request.user!);
    for (const scope of request.user!.scopes.scopes) session.usedScopes.add(scope);
    const response = await session.transport.handleRequest(web, { parsedBody });
    // The transport refuses a second stream with 409, and its client does not become the listener.
    if (request.method === 'GET' && response.ok) session.listener = notificationHandlerOf(request);
    return response;
  }

  private serverFor(callerOf: Connection['callerOf'], canNotify: boolean) {
    return this.servers.create({
      callerOf,
      canNotify,
      subscribedBy: (request) => this.sessions.find(request)?.subscribed,
      onRefused: (request, refusal) => this.refusals.set(request, refusal),
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.subscriptions.close();
    await this.handler.close();
  }
}

/** The code that the SDK's own transports use. */
const SESSION_NOT_FOUND = -32001;

/** Lists the headers that are withheld from the SDK, so that it cannot leak the key. */
const CREDENTIALS = new Set(['authorization', 'x-api-key', 'cookie']);
