import {
  createMcpHandler,
  INVALID_PARAMS,
  type McpHttpHandler,
  type McpServerFactory,
  ProtocolError,
  type Result,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { refusalOf } from '../access/access-policy.js';
import { Attachment } from '../access/attachment.js';
import type { CallerRequest } from '../access/caller.js';
import { CallTargets } from './call-targets.js';
import { CheckedServer } from './checked-server.js';
import { InputRequests } from './input-requests.js';
import { type ListMethod, ListPages } from './list-pages.js';
import { notFoundError } from './call-failure.js';
import type { CallMethod } from './call-target.js';
import { errorBody, toJsonRpcError } from './json-rpc.js';
import { isListening } from './mcp-body.js';
import { type CallRefusal, McpDispatcher } from './mcp-dispatcher.js';
import { McpRegistry } from './mcp-registry.js';
import { Listeners } from './listeners.js';
import { ResourceUpdates } from './resource-updates.js';
import { withRefusal } from './refused-answer.js';
import { Sessions } from './sessions.js';
import { capabilities, SERVER_INFO, SERVER_INSTRUCTIONS } from './server-info.js';

const LISTS: ListMethod[] = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'];
const CALLS: CallMethod[] = ['tools/call', 'resources/read', 'prompts/get', 'completion/complete'];

export const wrongCursor = {
  code: INVALID_PARAMS,
  message: 'Invalid cursor: use the nextCursor of the page before, with the same key',
};

/**
 * Hands a request to the SDK: everything but plain lists and calls. Both ways end in the same dispatcher. One `Server`
 * serves one request, as the SDK asks: a shared one mixes up its clients.
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
  private readonly listeners = new Listeners(this.factory);

  constructor(
    private readonly dispatcher: McpDispatcher,
    private readonly targets: CallTargets,
    private readonly lists: ListPages,
    private readonly inputs: InputRequests,
    private readonly sessions: Sessions,
    registry: McpRegistry,
    updates: ResourceUpdates,
  ) {
    for (const told of [this.listeners, sessions]) {
      registry.changes.subscribe((kind) => told.announce(kind));
      updates.changes.subscribe((update) => told.updated(update));
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
    if (this.sessions.concerns(request, body)) return this.serveSession(web, request, body);
    if (isListening(body)) return this.listeners.serve(request.user!.userId, web, body);
    const answer = await this.handler.fetch(web, { parsedBody: body });
    return withRefusal(answer, body, () => this.refusals.get(request));
  }

  /** Whether the request goes on with a session, which then must know of it. */
  inSession(request: CallerRequest): boolean {
    return request.headers['mcp-session-id'] !== undefined && this.sessions.concerns(request, undefined);
  }

  private async serveSession(web: Request, request: CallerRequest, parsedBody: unknown): Promise<Response> {
    if (!this.inSession(request)) {
      const server = this.serverFor(({ http }) => this.requests.get(http!.req!)!, true);
      const transport = await this.sessions.begin(request, server);
      return transport.handleRequest(web, { parsedBody });
    }
    const session = this.sessions.find(request);
    if (session) return session.transport.handleRequest(web, { parsedBody });
    const body = errorBody(null, { code: SESSION_NOT_FOUND, message: 'Session not found: initialize again' });
    return Response.json(body, { status: 404 });
  }

  async onModuleDestroy(): Promise<void> {
    this.listeners.close();
    await this.handler.close();
  }

  /**
   * @param callerOf the request that carried a call: the one that there is, or in a session each its own
   * @param lasting whether the client can be told of changes
   */
  private serverFor(callerOf: (context: ServerContext) => CallerRequest, lasting: boolean): Server {
    const server = new CheckedServer(SERVER_INFO, {
      capabilities: capabilities(lasting),
      instructions: SERVER_INSTRUCTIONS,
      requestState: {
        verify: (state, context) => this.inputs.codecFor(callerOf(context)).verify(state, context),
      },
    });
    for (const method of LISTS) {
      server.setRequestHandler(
        method,
        ({ params }, context) => this.list(method, params?.cursor, callerOf(context)) as never,
      );
    }
    for (const method of CALLS) {
      server.setRequestHandler(
        method,
        ({ params }, context) => this.call(method, params, callerOf(context), context) as never,
      );
    }
    server.setRequestHandler('resources/subscribe', ({ params }, context) =>
      this.subscribe(params, callerOf(context)),
    );
    server.setRequestHandler('resources/unsubscribe', ({ params }, context) =>
      this.unsubscribe(params, callerOf(context)),
    );
    return server;
  }

  private list(method: ListMethod, cursor: string | undefined, request: CallerRequest): Result {
    const members = this.lists.membersJson(method, cursor, request);
    if (members === undefined) throw new ProtocolError(wrongCursor.code, wrongCursor.message);
    return JSON.parse(`{${members}}`) as Result;
  }

  /** Without a session, older clients may as well, though nobody can tell them anything. */
  private subscribe(params: { uri: string }, request: CallerRequest): Result {
    const { entry } = this.targets.of('resources/read', params)!;
    const refusal = entry && refusalOf(entry.rule, request.user);
    const error = refusal ? toJsonRpcError(refusal, request.id) : notFoundError('resources/read', params.uri);
    if (!entry || refusal) throw new ProtocolError(error.code, error.message, error.data);
    const session = this.sessions.find(request);
    if (session && !this.sessions.subscribe(session, params.uri))
      throw new ProtocolError(INVALID_PARAMS, 'This session has too many subscriptions: unsubscribe first');
    return {};
  }

  private unsubscribe({ uri }: { uri: string }, request: CallerRequest): Result {
    this.sessions.find(request)?.subscribed.delete(uri);
    return {};
  }

  private async call(
    method: CallMethod,
    params: Record<string, unknown>,
    request: CallerRequest,
    context: ServerContext,
  ): Promise<Result> {
    const { id, _meta, envelope, signal } = context.mcpReq;
    const outcome = await this.dispatcher.run(this.targets.of(method, params)!, {
      id,
      request,
      controller: abortedBy(signal),
      meta: { ..._meta, ...envelope },
      context,
    });
    if (outcome.kind === 'result') return outcome.result;
    const { code, message, data } = outcome.error;
    if (outcome.status !== 200) this.refusals.set(request, outcome);
    throw new ProtocolError(code, message, data);
  }
}

function abortedBy(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller;
}

/** As the SDK's own transports say it. */
const SESSION_NOT_FOUND = -32001;

/** The SDK has no use for the key, and what it does not have it cannot pass on. */
const CREDENTIALS = new Set(['authorization', 'x-api-key', 'cookie']);
