import {
  INVALID_PARAMS,
  ProtocolError,
  type Result,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { refusalOf } from '../access/access-policy.js';
import type { CallerRequest } from '../access/caller.js';
import { notFoundError } from './call-failure.js';
import type { CallMethod } from './call-target.js';
import { CallTargets } from './call-targets.js';
import { InputRequests } from './input-requests.js';
import { toJsonRpcError } from './json-rpc.js';
import { type ListMethod, ListPages } from './list-pages.js';
import { McpDispatcher } from './mcp-dispatcher.js';
import { CAPABILITIES, SERVER_INFO, SERVER_INSTRUCTIONS } from './server-info.js';

const LISTS: ListMethod[] = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'];
const CALLS: CallMethod[] = ['tools/call', 'resources/read', 'prompts/get', 'completion/complete'];

export const wrongCursor = {
  code: INVALID_PARAMS,
  message: 'Invalid cursor: use the nextCursor of the page before, with the same key',
};

/** Makes the SDK's servers, the same for every way in: their lists and calls end in the dispatcher. */
@Injectable()
export class SdkServers {
  constructor(
    private readonly dispatcher: McpDispatcher,
    private readonly targets: CallTargets,
    private readonly lists: ListPages,
    private readonly inputs: InputRequests,
  ) {}

  /**
   * @param callerOf the request that carried a call: the one that there is, or on a connection each its own
   * @param gone aborts all calls of a connection
   */
  make(callerOf: (context: ServerContext) => CallerRequest, gone?: AbortSignal): Server {
    const server = new Server(SERVER_INFO, {
      capabilities: CAPABILITIES,
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
        ({ params }, context) => this.call(method, params, callerOf(context), context, gone) as never,
      );
    }
    for (const method of ['resources/subscribe', 'resources/unsubscribe'] as const) {
      server.setRequestHandler(method, ({ params }, context) => this.subscribe(params, callerOf(context)));
    }
    return server;
  }

  private list(method: ListMethod, cursor: string | undefined, request: CallerRequest): Result {
    const members = this.lists.membersJson(method, cursor, request);
    if (members === undefined) throw new ProtocolError(wrongCursor.code, wrongCursor.message);
    return JSON.parse(`{${members}}`) as Result;
  }

  /** Older clients may: what they then hear, a connection without a session cannot tell them. */
  private subscribe(params: { uri: string }, request: CallerRequest): Result {
    const { entry } = this.targets.of('resources/read', params)!;
    const refusal = entry && refusalOf(entry.rule, request.user);
    const error = refusal ? toJsonRpcError(refusal, request.id) : notFoundError('resources/read', params.uri);
    if (!entry || refusal) throw new ProtocolError(error.code, error.message, error.data);
    return {};
  }

  private async call(
    method: CallMethod,
    params: Record<string, unknown>,
    request: CallerRequest,
    context: ServerContext,
    gone: AbortSignal | undefined,
  ): Promise<Result> {
    const { id, _meta, envelope, signal } = context.mcpReq;
    const outcome = await this.dispatcher.run(this.targets.of(method, params)!, {
      id,
      request,
      controller: abortedBy(gone ? AbortSignal.any([signal, gone]) : signal),
      meta: { ..._meta, ...envelope },
      context,
    });
    if (outcome.kind === 'result') return outcome.result;
    const { code, message, data } = outcome.error;
    throw new ProtocolError(code, message, data);
  }
}

function abortedBy(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller;
}
