import {
  inputRequired,
  type InputRequiredResult,
  PROTOCOL_VERSION_META_KEY,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { ServiceError } from '../../errors/service-error.js';
import type { InputNeeded } from './client-input.js';
import { describeTarget } from './call-target.js';
import type { McpCall } from './mcp-call.js';
import { StateSeals } from './state-seals.js';

/** Turns the questions of a handler into an `InputRequiredResult` (MCP 2026-07-28). */
@Injectable()
export class InputRequests {
  constructor(private readonly seals: StateSeals) {}

  /** @throws ServiceError `input_not_supported` when the connection cannot carry a question */
  async toResult(call: McpCall, { requests, state }: InputNeeded): Promise<InputRequiredResult> {
    const { context } = call;
    if (!context || !(isConnected(context) || call.meta[PROTOCOL_VERSION_META_KEY] !== undefined))
      throw cannotAnswer(call);
    const requestState = state && (await this.seals.seal(state, context, call.request));
    return inputRequired({
      ...(Object.keys(requests).length > 0 && { inputRequests: requests }),
      ...(requestState !== undefined && { requestState }),
    });
  }
}

/** Returns whether the client can be asked while its call waits: in a session, or over stdio. */
export const isConnected = ({ sessionId, http }: ServerContext): boolean =>
  sessionId !== undefined || http === undefined;

const cannotAnswer = ({ target }: McpCall) =>
  new ServiceError(
    'input_not_supported',
    `The ${describeTarget(target)} has to ask you something, which this connection cannot carry. Connect with MCP revision 2026-07-28.`,
  );
