import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { firstValueFrom, type Observable, of } from 'rxjs';
import { v4 as uuid } from 'uuid';
import type { CallerRequest } from '../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import { AuditSubjects } from '../audit/recording/audit-subjects.js';
import { type Claim, IdempotencyService, type KeptAnswer } from './idempotency.service.js';
import { setKeeper } from './keep-answer.js';
import { type Repeat, REPEAT_METADATA } from './repeat.js';
import { fingerprintOf, idempotencyKeyOf, type RepeatableRequest, sha256 } from './request-identity.js';

type Request = CallerRequest & RepeatableRequest;

/** Responds to a retry with the first response. The guards run before, so a retry needs a key, its scopes and a free call. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly records: IdempotencyService,
    private readonly subjects: AuditSubjects,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const key = idempotencyKeyOf(request.headers['idempotency-key']);
    if (key === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { userId, organizationId } = request.user!;
    const isDefault = organizationId === DEFAULT_ORGANIZATION;
    const claim: Claim = {
      userId,
      keyHash: sha256(isDefault ? key : `${organizationId} ${key}`),
      fingerprint: fingerprintOf(request),
      attempt: uuid(),
    };
    const kept = await this.records.claim(claim);
    if (!kept) return of(await this.answerFirst(claim, request, reply, next));
    return of(this.answerAgain(kept, request, reply, context));
  }

  private async answerFirst(
    claim: Claim,
    request: Request,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    let kept = false;
    setKeeper(request, (toAnswer) => async (manager, made) => {
      await this.records.keep(manager, claim, { status: reply.statusCode, answer: toAnswer(made) });
      kept = true;
    });
    const answer: unknown = await firstValueFrom(next.handle()).catch(async (error: unknown) => {
      await this.release(claim);
      throw error;
    });
    // Fail at the first request rather than at the first retry, which would create a second row.
    if (!kept) throw new Error('A handler with @Idempotent() has kept no answer: see @IdempotentResponse()');
    return answer;
  }

  private answerAgain(
    { status, answer }: KeptAnswer,
    request: Request,
    reply: FastifyReply,
    context: ExecutionContext,
  ): object {
    const repeat = this.reflector.get<Repeat<object> | undefined>(REPEAT_METADATA, context.getHandler());
    const { user, body } = request;
    const repeated = repeat ? repeat(answer, { caller: user!, body }) : answer;
    this.subjects.note(request, { replayed: true });
    reply.code(status).header('Idempotent-Replayed', 'true');
    return repeated;
  }

  /** A failure here must not hide the original error. The claim then expires by itself. */
  private async release(claim: Claim): Promise<void> {
    try {
      await this.records.release(claim);
    } catch (error) {
      this.logger.warn(`An Idempotency-Key stays taken for a minute: ${String(error)}`);
    }
  }
}
