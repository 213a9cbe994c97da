import { CLIENT_INFO_META_KEY, type Implementation, type ServerContext } from '@modelcontextprotocol/server';
import type { CallCarrier, CallerRequest } from '../../access/caller.js';
import type { DeniedKind } from '../../access/deny-list.js';
import { blockedValue } from './call-access.js';
import type { CallAbort } from './call-abort.js';
import { type CallMethod, type FoundTarget, describeTarget } from './call-target.js';

/** What a call carries beside its target. */
export interface CallFrame {
  /** The JSON-RPC id. */
  id: string | number;
  /** The HTTP request that carried it. */
  request: CallerRequest;
  /** Aborts the call: the client went away or cancelled, or its time is over. */
  abort: CallAbort;
  meta: Record<string, unknown> | undefined;
  /** The way to the client, where the call goes through the SDK. */
  context?: ServerContext;
}

/**
 * One call of one handler: what `@CurrentCall()` gives, and the second argument of the handler's execution context.
 *
 * @example
 * ```ts
 * find(@CurrentCall() call: McpCall) {
 *   this.logger.log(`${call.name} in request ${call.request.id}`);
 * }
 * ```
 */
export class McpCall implements CallCarrier {
  private valid: Promise<unknown> | undefined;

  constructor(
    readonly target: FoundTarget,
    private readonly frame: CallFrame,
    private readonly secrets: { cleanMessage<T>(message: T): T },
  ) {}

  get action(): CallMethod {
    return this.target.method;
  }

  /** The name of the tool or prompt, or the URI that was asked for. */
  get name(): string {
    return this.target.name;
  }

  /** The tool's name; `null` where it is not a tool that was called. */
  get tool(): string | null {
    return this.target.labels.tool;
  }

  /** What the audit row names where the handler does not say it better. */
  get resource(): string | null {
    return this.target.labels.resource;
  }

  /** The JSON-RPC id; `request.id` is the one of logs and audit rows. */
  get id(): string | number {
    return this.frame.id;
  }

  /** The HTTP request that carried the call. */
  get request(): CallerRequest {
    return this.frame.request;
  }

  /** Aborted when the client goes away or cancels, and when the handler's time is over. */
  get signal(): AbortSignal {
    return this.frame.abort.signal;
  }

  /** What is told the client before the answer, without secrets. */
  cleanMessage<T>(message: T): T {
    return this.secrets.cleanMessage(message);
  }

  abort(reason: unknown): void {
    this.frame.abort.abort(reason);
  }

  /** What the client says of itself; older revisions say it only when they connect, which a stateless service forgets. */
  get client(): Implementation | undefined {
    return this.meta[CLIENT_INFO_META_KEY] as Implementation | undefined;
  }

  get meta(): Record<string, unknown> {
    return this.frame.meta ?? {};
  }

  /** The trace that the call is a part of, where the client says it (SEP-414; W3C Trace Context). */
  get traceparent(): unknown {
    return this.meta.traceparent;
  }

  get context(): ServerContext | undefined {
    return this.frame.context;
  }

  /** The checked arguments: checked once, and only after the guards have let the call in. @throws validationFailed */
  input(): Promise<unknown> {
    const { entry, input } = this.target;
    this.valid ??= this.checked(entry.input.validate(input, describeTarget(this.target)), entry.denied);
    return this.valid;
  }

  /** A schema may make another id of the one that was sent: agents must not reach what that names, either. */
  private checked(valid: Promise<unknown>, denied: DeniedKind | undefined): Promise<unknown> {
    if (!denied) return valid;
    return valid.then((value) => {
      const refusal = blockedValue(denied, value);
      if (refusal) throw refusal;
      return value;
    });
  }
}
