import { createHash, randomBytes } from 'node:crypto';
import {
  createRequestStateCodec,
  inputRequired,
  type InputRequiredResult,
  PROTOCOL_VERSION_META_KEY,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import type { AskState, InputNeeded } from './ask.js';
import { wordsOf } from './call-target.js';
import { isObject, mcpBodyOf } from './mcp-body.js';
import type { McpCall } from './mcp-call.js';

/** Makes the questions of a handler an answer of the revision 2026-07-28, and seals what the client carries between rounds. */
@Injectable()
export class InputRequests {
  private readonly key: Uint8Array;

  constructor(@InjectSettings() settings: Settings) {
    const { stateSecret } = settings.mcp;
    this.key =
      stateSecret === undefined ? randomBytes(32) : createHash('sha256').update(stateSecret).digest();
  }

  /** A state is good for the same user, handler and arguments alone. */
  codecFor(request: CallerRequest): RequestStateCodec<AskState> {
    const bind = JSON.stringify([request.user!.userId, ...askedFor(request)]);
    return createRequestStateCodec<AskState>({ key: this.key, bind: () => bind });
  }

  /** @throws ServiceError where nobody could answer */
  async resultOf(call: McpCall, { requests, state }: InputNeeded): Promise<InputRequiredResult> {
    const { context } = call;
    if (!context || !(isConnected(context) || call.meta[PROTOCOL_VERSION_META_KEY] !== undefined))
      throw cannotAnswer(call);
    const requestState = state && (await this.codecFor(call.request).mint(state, context));
    return inputRequired({
      ...(Object.keys(requests).length > 0 && { inputRequests: requests }),
      ...(requestState !== undefined && { requestState }),
    });
  }
}

/** Whether the client can be asked while its call waits: in a session, or where there is no HTTP between. */
export const isConnected = ({ sessionId, http }: ServerContext): boolean =>
  sessionId !== undefined || http === undefined;

function askedFor(request: CallerRequest): unknown[] {
  const body = mcpBodyOf(request);
  const { method, params } = body.ok && isObject(body.value) ? body.value : {};
  const { name, uri, arguments: input } = isObject(params) ? params : {};
  return [method, name, uri, input];
}

const cannotAnswer = ({ target }: McpCall) =>
  new ServiceError(
    'input_not_supported',
    400,
    `The ${wordsOf(target)} has to ask you something, which this connection cannot carry. Connect with MCP revision 2026-07-28.`,
  );
