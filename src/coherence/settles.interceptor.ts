import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Observable, mergeMap } from 'rxjs';
import { Coherence } from './coherence.js';

const READS = new Set(['GET', 'HEAD']);

/**
 * Answers a change only when no replica trusts anything older, and says so in the header `Coherence`.
 *
 * @example `@UseInterceptors(SettlesInterceptor)` on a controller that changes keys, users or other rows of power
 */
@Injectable()
export class SettlesInterceptor implements NestInterceptor {
  constructor(private readonly coherence: Coherence) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method } = context.getArgByIndex<{ method: string }>(0);
    if (READS.has(method)) return next.handle();
    const reply = context.getArgByIndex<FastifyReply>(1);
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        const { replicas, waitedMs } = await this.coherence.settle();
        reply.header('Coherence', `replicas=${replicas}, waited=${waitedMs}`);
        return answer;
      }),
    );
  }
}
