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

/** What is kept from one round of a call to the next; the client carries it, sealed. */
export interface InputState {
  answers: Record<string, unknown>;
  own?: unknown;
}

/** Thrown where a handler cannot go on without an answer: its call ends with the questions, and the retry begins it anew. */
export class InputNeeded extends Error {
  override name = 'InputNeeded';

  constructor(
    readonly requests: Record<string, InputRequest>,
    readonly state: InputState | undefined,
  ) {
    super(`The handler asks for ${Object.keys(requests).join(', ') || 'another round'}`);
  }
}

export interface Elicited<T> {
  action: 'accept' | 'decline' | 'cancel';
  /** What the person has filled in, checked; only with `accept`. */
  content?: T;
}

/**
 * Asks the person, the model or the client while a handler runs. A handler is run again from its beginning with each
 * answer: what it does before its last question, it does more than once.
 */
export class ClientQuestions {
  private readonly kept: InputState | undefined;
  private readonly answers: Record<string, unknown>;

  constructor(private readonly call: McpCall) {
    this.kept = call.context?.mcpReq.requestState<InputState>();
    this.answers = { ...this.kept?.answers, ...call.context?.mcpReq.inputResponses };
  }

  /** What the handler last gave to `request`. */
  state<T>(): T | undefined {
    return this.kept?.own as T | undefined;
  }

  /** The names of the questions that have answers. */
  answered(): string[] {
    return Object.keys(this.answers);
  }

  /** What the client says that it can answer, such as `elicitation`. */
  can(capability: 'elicitation' | 'sampling' | 'roots'): boolean {
    const declared = this.call.meta['io.modelcontextprotocol/clientCapabilities'];
    return typeof declared === 'object' && declared !== null && capability in declared;
  }

  /**
   * A form for the person. An answer that does not fit the schema is asked for again.
   * @param name by which the answer is known: one for each question of the handler
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

  /** What the client's model says. */
  async sample(name: string, params: CreateMessageRequestParams): Promise<CreateMessageResult> {
    const answer = inputResponse(this.answers, name);
    if (answer.kind !== 'sampling') return this.request({ [name]: inputRequired.createMessage(params) });
    return answer.result as CreateMessageResult;
  }

  /** The folders that the client works in. */
  async roots(name = 'roots'): Promise<Root[]> {
    const answer = inputResponse(this.answers, name);
    if (answer.kind !== 'roots') return this.request({ [name]: inputRequired.listRoots() });
    return answer.roots;
  }

  /**
   * Ends this round with several questions at once, made with the SDK's `inputRequired.elicit(...)` and its like; the
   * retry finds the answers under the same names.
   * @param own what `state()` is from then on: the client can read it, but not change it
   */
  request(requests: Record<string, InputRequest>, own: unknown = this.kept?.own): never {
    const names = Object.keys(this.answers);
    const keeps = names.length > 0 || own !== undefined;
    const state = { answers: this.answers, ...(own !== undefined && { own }) };
    throw new InputNeeded(requests, keeps ? state : undefined);
  }
}
