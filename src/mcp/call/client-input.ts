import { types } from 'node:util';
import {
  type CreateMessageRequestParams,
  type CreateMessageResult,
  type ElicitInputParams,
  type InputRequest,
  inputRequired,
  inputResponse,
  type Root,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server';
import type { McpCall } from './mcp-call.js';

/** Holds what one round of a call keeps for the next. The client carries it, sealed by this service. */
export interface InputState {
  answers: Record<string, unknown>;
  own?: unknown;
}

const INPUT_NEEDED_BRAND = Symbol.for('bouncer-mcp:input-needed');

/**
 * Is thrown when a handler needs an answer of the client. The call ends with the questions, and the client's retry
 * runs the handler again from its beginning.
 */
export class InputNeeded extends Error {
  override name = 'InputNeeded';
  readonly [INPUT_NEEDED_BRAND] = true;

  constructor(
    readonly requests: Record<string, InputRequest>,
    readonly state: InputState | undefined,
  ) {
    super(`The handler asks for ${Object.keys(requests).join(', ') || 'another round'}`);
  }
}

/** Recognises what a handler throws that was written for another copy of the package in the process. */
export const isInputNeeded = (error: unknown): error is InputNeeded =>
  types.isNativeError(error) && (error as Partial<InputNeeded>)[INPUT_NEEDED_BRAND] === true;

export interface Elicited<T> {
  action: 'accept' | 'decline' | 'cancel';
  /** The values that the person entered, validated. It is set only with `accept`. */
  content?: T;
}

/**
 * Asks the person, the model or the client while a handler runs. The handler runs again from its beginning after each
 * answer, so it repeats whatever it does before its last question.
 */
export class ClientQuestions {
  private readonly kept: InputState | undefined;
  private readonly answers: Record<string, unknown>;

  constructor(private readonly call: McpCall) {
    this.kept = call.context?.mcpReq.requestState<InputState>();
    this.answers = { ...this.kept?.answers, ...call.context?.mcpReq.inputResponses };
  }

  /** Returns the state that the handler last passed to `request`. */
  state<T>(): T | undefined {
    return this.kept?.own as T | undefined;
  }

  /** Returns the names of the questions that the client has answered. */
  answered(): string[] {
    return Object.keys(this.answers);
  }

  /** Returns whether the client declares a capability, such as `elicitation`. */
  can(capability: 'elicitation' | 'sampling' | 'roots'): boolean {
    const declared = this.call.meta['io.modelcontextprotocol/clientCapabilities'];
    return typeof declared === 'object' && declared !== null && capability in declared;
  }

  /**
   * Shows a form to the person. An answer that does not fit the schema is requested again.
   * @param name identifies the answer, and is unique among the questions of the handler
   */
  async elicit<T = Record<string, unknown>>(name: string, params: ElicitInputParams): Promise<Elicited<T>> {
    const request = inputRequired.elicit(params);
    const answer = inputResponse(this.answers, name);
    if (answer.kind !== 'elicit') return this.request({ [name]: request });
    if (answer.action !== 'accept') return { action: answer.action };
    const { requestedSchema } = params;
    if (!('~standard' in requestedSchema)) return { action: 'accept', content: answer.content as T };
    const checked = await (requestedSchema as StandardSchemaV1)['~standard'].validate(answer.content);
    if (checked.issues) return this.request({ [name]: request });
    return { action: 'accept', content: checked.value as T };
  }

  /** Asks the client's model for a message. */
  async sample(name: string, params: CreateMessageRequestParams): Promise<CreateMessageResult> {
    const answer = inputResponse(this.answers, name);
    if (answer.kind !== 'sampling') return this.request({ [name]: inputRequired.createMessage(params) });
    return answer.result as CreateMessageResult;
  }

  /** Asks for the folders that the client works in. */
  async roots(name = 'roots'): Promise<Root[]> {
    const answer = inputResponse(this.answers, name);
    if (answer.kind !== 'roots') return this.request({ [name]: inputRequired.listRoots() });
    return answer.roots;
  }

  /**
   * Ends this round with several questions at once, built with the SDK's `inputRequired.elicit(...)` and its
   * siblings. The retry finds the answers under the same names.
   * @param own what `state()` returns from then on. The client can read it but not change it
   */
  request(requests: Record<string, InputRequest>, own: unknown = this.kept?.own): never {
    const names = Object.keys(this.answers);
    const keeps = names.length > 0 || own !== undefined;
    const state = { answers: this.answers, ...(own !== undefined && { own }) };
    throw new InputNeeded(requests, keeps ? state : undefined);
  }
}
