import {
  INVALID_PARAMS,
  ProtocolError,
  type Result,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { CallerCheck } from '../../access/caller-check.js';
import type { CallerRequest } from '../../access/caller.js';
import type { AuditSubject } from '../../audit/events/audit-record.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { ServiceError } from '../../errors/service-error.js';
import { ReturnedStates } from './returned-states.js';
import { abortOnSignals } from '../call/call-abort.js';
import { notFoundError } from '../call/call-failure.js';
import type { CallMethod } from '../call/call-target.js';
import { subjectOfTarget } from '../registry/request-subjects.js';
import { TargetResolver } from '../registry/target-resolver.js';
import { SanitizingServer } from './sanitizing-server.js';
import { notificationHandlerOf, type Subscriptions } from './notification-handlers.js';
import { isConnected } from '../call/input-requests.js';
import { toJsonRpcError } from '../protocol/json-rpc.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { type ListMethod, ListPages } from '../registry/list-pages.js';
import { type CallRefusal, McpDispatcher } from '../call/mcp-dispatcher.js';
import { refusalOfTarget } from '../call/call-access.js';
import { capabilities, SERVER_INSTRUCTIONS } from '../protocol/server-info.js';

const LISTS: ListMethod[] = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'];
const CALLS: CallMethod[] = ['tools/call', 'resources/read', 'prompts/get', 'completion/complete'];

export const wrongCursor = {
  code: INVALID_PARAMS,
  message: 'Invalid cursor: use the nextCursor of the page before, with the same key',
};

const MAX_SUBSCRIPTIONS = 1_000;

/** Describes the client of a server: one request over HTTP, or a client that stays connected. */
export interface Connection {
  /** Returns the request that carried a call. */
  callerOf(context: ServerContext): CallerRequest;
  /** Whether the client can be notified of changes. */
  canNotify: boolean;
  /** Returns the subscriptions of a client of an older revision, or nothing when it cannot be notified. */
  subscribedBy(request: CallerRequest): Subscriptions | undefined;
  /** Is called with a call that a guard refused. */
  onRefused?: (request: CallerRequest, refusal: CallRefusal) => void;
  /** Aborts all calls when the client disconnects. */
  disconnected?: AbortSignal;
}

/** Creates the SDK's servers for every transport. Their lists and calls end in the dispatcher. */
@Injectable()
export class SdkServers {
  constructor(
    private readonly dispatcher: McpDispatcher,
    private readonly targets: TargetResolver,
    private readonly lists: ListPages,
    private readonly states: ReturnedStates,
    private readonly trail: AuditTrail,
    private readonly callers: CallerCheck,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  create(connection: Connection): Server {
    const callerOf = (context: ServerContext) => connection.callerOf(context);
    const server = new SanitizingServer(this.settings.service, {
      capabilities: capabilities(connection.canNotify),
      instructions: SERVER_INSTRUCTIONS,
      requestState: {
        verify: (state, context) => this.states.redeem(state, context, callerOf(context)),
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
        ({ params }, context) => this.call(method, params, callerOf(context), context, connection) as never,
      );
    }
    server.setRequestHandler('resources/subscribe', ({ params }, context) => {
      const request = callerOf(context);
      return this.subscribe(params, request, connection.subscribedBy(request));
    });
    server.setRequestHandler('resources/unsubscribe', ({ params }, context) => {
      connection.subscribedBy(callerOf(context))?.delete(params.uri);
      return {};
    });
    return server;
  }

  private list(method: ListMethod, cursor: string | undefined, request: CallerRequest): Result {
    const members = this.lists.membersJson(method, cursor, request);
    if (members === undefined) throw new ProtocolError(wrongCursor.code, wrongCursor.message);
    return JSON.parse(`{${members.toString()}}`) as Result;
  }

  /**
   * Subscribes a client of an older revision. Without a session the request succeeds, although no notification can
   * follow.
   */
  private async subscribe(
    params: { uri: string },
    request: CallerRequest,
    subscribed?: Subscriptions,
  ): Promise<Result> {
    const target = this.targets.resolve('resources/read', params)!;
    const { entry } = target;
    const refusal = refusalOfTarget(target, request.user);
    // The controller refuses a single request over HTTP before it arrives here.
    if (refusal)
      await this.trail.refused(request, refusal, () =>
        subjectOfTarget(request, 'resources/subscribe', target),
      );
    const error = refusal ? toJsonRpcError(refusal, request.id) : notFoundError('resources/read', params.uri);
    if (!entry || refusal) throw new ProtocolError(error.code, error.message, error.data);
    if (subscribed && subscribed.size >= MAX_SUBSCRIPTIONS && !subscribed.has(params.uri))
      throw new ProtocolError(INVALID_PARAMS, 'This session has too many subscriptions: unsubscribe first');
    subscribed?.set(params.uri, notificationHandlerOf(request));
    return {};
  }

  private async call(
    method: CallMethod,
    params: Record<string, unknown>,
    request: CallerRequest,
    context: ServerContext,
    { disconnected: gone, onRefused: refused }: Connection,
  ): Promise<Result> {
    const { id, _meta, envelope, signal } = context.mcpReq;
    const target = this.targets.resolve(method, params)!;
    const state: unknown = context.mcpReq.requestState();
    if (state instanceof ServiceError) throw protocolError(state, request);
    await this.recheckKey(request, context, { action: method, ...target.labels });
    const outcome = await this.dispatcher.dispatch(target, {
      id,
      request,
      abort: abortOnSignals(gone ? [signal, gone] : [signal]),
      meta: { ..._meta, ...envelope },
      context,
    });
    if (outcome.kind === 'result') return outcome.result.parsed();
    const { code, message, data } = outcome.error;
    if (outcome.status !== 200) refused?.(request, outcome);
    throw new ProtocolError(code, message, data);
  }

  /**
   * Checks the key again before the handler runs again, because the client's answer may have taken long within one
   * request.
   */
  private async recheckKey(
    request: CallerRequest,
    context: ServerContext,
    subject: Omit<AuditSubject, 'request'>,
  ): Promise<void> {
    if (context.mcpReq.inputResponses === undefined || !isConnected(context)) return;
    const caller = await this.callers.recheck(request.user!, request.ip);
    if (caller) return void (request.user = caller);
    const refusal = new ServiceError('invalid_api_key', 'The API key is not valid any more');
    await this.trail.refused(request, refusal, () => ({ request, ...subject }));
    throw protocolError(refusal, request);
  }
}

function protocolError(error: ServiceError, request: CallerRequest): ProtocolError {
  const { code, message, data } = toJsonRpcError(error, request.id);
  return new ProtocolError(code, message, data);
}
