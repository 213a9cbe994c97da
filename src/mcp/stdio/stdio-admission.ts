import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Authenticated } from '../../access/access.decorators.js';
import { type CallerRequest, STDIO_CONTEXT } from '../../access/caller.js';
import { Coherence } from '../../coherence/coherence.js';
import { RateLimitCost } from '../../rate-limit/rate-limit-cost.decorator.js';
import { CallFailure } from '../call/call-failure.js';
import { isListening, knownMcpBody, MCP_REQUEST_COST, membersOf } from '../protocol/request-body.js';
import { RequestSubjects } from '../registry/request-subjects.js';

/** Replaces the HTTP reply for guards that set headers. */
class StdioReply {
  constructor(private readonly warn: (text: string) => void) {}

  /** Ignores the headers of the rate limit, which the refusal itself repeats. */
  header(): this {
    return this;
  }

  headers({ 'X-API-Key-Expires': end }: Record<string, string>): this {
    if (end) this.warn(`The API key expires at ${end}. Create or rotate a key before then`);
    return this;
  }
}

/**
 * Admits requests over stdio as `POST /mcp` admits them over HTTP: each passes the same global guards (capacity of
 * the audit, key, rate limit), and the same exception filter formats a refusal.
 */
@Injectable()
@Authenticated()
export class StdioAdmission implements OnApplicationBootstrap {
  private readonly logger = new Logger(StdioAdmission.name);
  private invoke!: (request: CallerRequest, reply: StdioReply) => Promise<unknown>;
  private warned = '';

  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly subjects: RequestSubjects,
    private readonly coherence: Coherence,
  ) {}

  onApplicationBootstrap(): void {
    this.invoke = this.contexts.create(
      this,
      // oxlint-disable-next-line typescript/unbound-method -- it is called on the first argument
      StdioAdmission.prototype.enter as (request: unknown) => void,
      'enter',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      STDIO_CONTEXT,
    );
  }

  /** @returns nothing when the request is admitted; its `user` is then set */
  async admit(request: CallerRequest): Promise<CallFailure | undefined> {
    const outcome = await this.invoke(request, new StdioReply((text) => this.warnOnce(text)));
    // Hides the credential from handlers.
    delete request.headers.authorization;
    return outcome instanceof CallFailure ? outcome : undefined;
  }

  /**
   * Is run by Nest after the guards. It applies what administrators have changed; while PostgreSQL is away, the last that was
   * known holds. @throws ServiceError when the caller may not read a resource that it subscribes
   * to
   */
  @RateLimitCost(MCP_REQUEST_COST)
  async enter(request: CallerRequest): Promise<void> {
    await this.coherence.refresh().catch(() => undefined);
    if (!isListening(membersOf(knownMcpBody(request)))) return;
    const refusal = this.subjects.refusalOfRequest(request);
    if (refusal) throw refusal;
  }

  private warnOnce(text: string): void {
    if (this.warned !== text) this.logger.warn(text);
    this.warned = text;
  }
}
