import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Authenticated } from '../../access/access.decorators.js';
import { type CallerRequest, STDIO_CONTEXT } from '../../access/caller.js';
import { RateLimitCost } from '../../rate-limit/rate-limit-cost.decorator.js';
import { CallFailure } from '../call/call-failure.js';
import { isListening, knownMcpBody, MCP_REQUEST_COST, membersOf } from '../protocol/request-body.js';
import { RequestSubjects } from '../registry/request-subjects.js';

/** Stands where guards find the HTTP answer. */
class StdioReply {
  constructor(private readonly warn: (text: string) => void) {}

  /** The limits are said in the refusal itself. */
  header(): this {
    return this;
  }

  headers({ 'X-API-Key-Expires': end }: Record<string, string>): this {
    if (end) this.warn(`The API key ends at ${end}`);
    return this;
  }
}

/**
 * What `POST /mcp` is for HTTP: each request over stdio passes the same global guards (a place for its row, the key, the
 * limit), and leaves by the same filter where one refuses it.
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

  /** @returns nothing where the request is let in; its `user` is set then */
  async admit(request: CallerRequest): Promise<CallFailure | undefined> {
    const outcome = await this.invoke(request, new StdioReply((text) => this.warnOnce(text)));
    // Hides the credential from handlers.
    delete request.headers.authorization;
    return outcome instanceof CallFailure ? outcome : undefined;
  }

  /** Run by Nest, once the guards have let the request in. @throws where it asks to hear of what its caller may not read */
  @RateLimitCost(MCP_REQUEST_COST)
  enter(request: CallerRequest): void {
    if (!isListening(membersOf(knownMcpBody(request)))) return;
    const refusal = this.subjects.refusalOfRequest(request);
    if (refusal) throw refusal;
  }

  private warnOnce(text: string): void {
    if (this.warned !== text) this.logger.warn(text);
    this.warned = text;
  }
}
