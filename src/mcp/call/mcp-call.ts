import { CLIENT_INFO_META_KEY, type Implementation, type ServerContext } from '@modelcontextprotocol/server';
import type { CallCarrier, CallerRequest } from '../../access/caller.js';
import type { DeniedKind } from '../../access/deny-list.js';
import { blockedValue } from './call-access.js';
import type { CallAbort } from './call-abort.js';
import { type CallMethod, type FoundTarget, describeTarget } from './call-target.js';

/** Holds what a call carries besides its target. */
export interface CallFrame {
  /** The JSON-RPC id. */
  id: string | number;
  /** The HTTP request that carried it. */
  request: CallerRequest;
  /** Aborts the call when the client disconnects or cancels, or when the time limit is over. */
  abort: CallAbort;
  meta: Record<string, unknown> | undefined;
  /** Reaches the client. It is set when the call goes through the SDK. */
  context?: ServerContext;
}

/**
 * Represents one call of one handler. `@CurrentCall()` injects it, and it is the second argument of the handler's
 * execution context.
 *
 * @example
 * ```ts
 * find(@CurrentCall() call: McpCall) {
 *   this.logger.log(`${call.name} in request ${call.request.id}`);
 * }
 * ```
 */
export class McpCall implements CallCarrier {
  private validated: Promise<unknown> | undefined;

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

  /** The name of the tool, or `null` when the call is of another kind. */
  get tool(): string | null {
    return this.target.labels.tool;
  }

  /** The resource that the audit row names when the handler has no `@AuditResource`. */
  get resource(): string | null {
    return this.target.labels.resource;
  }

  /** The JSON-RPC id. Logs and audit rows have `request.id` instead. */
  get id(): string | number {
    return this.frame.id;
  }

  /** The HTTP request that carried the call. */
  get request(): CallerRequest {
    return this.frame.request;
  }

  /** Is aborted when the client disconnects or cancels, and when the time limit is over. */
  get signal(): AbortSignal {
    return this.frame.abort.signal;
  }

  /** Masks secrets in a message that is sent to the client before the answer. */
  cleanMessage<T>(message: T): T {
    return this.secrets.cleanMessage(message);
  }

  abort(reason: unknown): void {
    this.frame.abort.abort(reason);
  }

  /**
   * The client's name and version. Clients of older revisions send it only when they connect, which a stateless
   * service does not remember.
   */
  get client(): Implementation | undefined {
    return this.meta[CLIENT_INFO_META_KEY] as Implementation | undefined;
  }

  get meta(): Record<string, unknown> {
    return this.frame.meta ?? {};
  }

  /** The trace context that the client sends (SEP-414, W3C Trace Context). */
  get traceparent(): unknown {
    return this.meta.traceparent;
  }

  get context(): ServerContext | undefined {
    return this.frame.context;
  }

  /**
   * Returns the validated arguments. They are validated once, and only after the guards have admitted the call.
   * @throws ServiceError `validation_failed`
   */
  input(): Promise<unknown> {
    const { entry, input } = this.target;
    this.validated ??= this.withReachCheck(
      entry.input.validate(input, describeTarget(this.target)),
      entry.denied,
    );
    return this.validated;
  }

  /**
   * Checks the validated arguments against the deny list as well, because a schema may transform the id that was
   * sent.
   */
  private withReachCheck(valid: Promise<unknown>, denied: DeniedKind | undefined): Promise<unknown> {
    if (!denied) return valid;
    return valid.then((value) => {
      const refusal = blockedValue(denied, value);
      if (refusal) throw refusal;
      return value;
    });
  }
}
