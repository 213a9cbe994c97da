import { CLIENT_INFO_META_KEY, type Implementation, type ServerContext } from '@modelcontextprotocol/server';
import type { CallCarrier, CallerRequest } from '../access/caller.js';
import type { HandlerInput } from './handler-input.js';

/** What may be asked of a handler. */
export type CallMethod = 'tools/call' | 'resources/read' | 'prompts/get' | 'completion/complete';

/** What a call is, as it came off the wire. */
export interface CallParts {
  action: CallMethod;
  /** The tool, prompt or URI that was asked for. */
  name: string;
  /** The JSON-RPC id. */
  id: string | number;
  /** The HTTP request that carried it. */
  request: CallerRequest;
  /** Aborts the call: the client went away or cancelled, or its time is over. */
  controller: AbortController;
  meta: Record<string, unknown> | undefined;
  /** The way to the client, where the call goes through the SDK. */
  context?: ServerContext;
}

/** What the audit row names beside the action. */
export interface CallLabels {
  tool: string | null;
  resource: string | null;
}

/** One call of one handler: the second argument of its context. */
export class McpCall implements CallCarrier {
  private valid: Promise<unknown> | undefined;

  constructor(
    private readonly parts: CallParts,
    private readonly labels: CallLabels,
    private readonly schema: HandlerInput,
    private readonly rawInput: unknown,
  ) {}

  get action(): CallMethod {
    return this.parts.action;
  }

  /** The name of the tool, or the prompt, or the URI that was asked for. */
  get name(): string {
    return this.parts.name;
  }

  /** The tool's name; `null` where it is not a tool that was called. */
  get tool(): string | null {
    return this.labels.tool;
  }

  /** What the audit row names where the handler does not say it better. */
  get resource(): string | null {
    return this.labels.resource;
  }

  /** The JSON-RPC id; `request.id` is the one of logs and audit rows. */
  get id(): string | number {
    return this.parts.id;
  }

  get request(): CallerRequest {
    return this.parts.request;
  }

  /** Aborted when the client goes away or cancels, and when the handler's time is over. */
  get signal(): AbortSignal {
    return this.parts.controller.signal;
  }

  abort(reason: unknown): void {
    this.parts.controller.abort(reason);
  }

  /** What the client says of itself; older revisions say it only when they connect, which a stateless service forgets. */
  get client(): Implementation | undefined {
    return this.parts.meta?.[CLIENT_INFO_META_KEY] as Implementation | undefined;
  }

  get meta(): Record<string, unknown> {
    return this.parts.meta ?? {};
  }

  get context(): ServerContext | undefined {
    return this.parts.context;
  }

  /** The checked arguments: checked once, and only after the guards have let the call in. @throws validationFailed */
  input(): Promise<unknown> {
    const kind = { 'tools/call': 'tool ', 'prompts/get': 'prompt ' } as Record<string, string>;
    this.valid ??= this.schema.validate(this.rawInput, `${kind[this.action] ?? ''}${this.name}`);
    return this.valid;
  }
}
