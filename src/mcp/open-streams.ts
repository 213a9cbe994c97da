import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Answers that last until somebody ends them: what clients listen on. A stop must not wait for them. */
@Injectable()
export class OpenStreams {
  private readonly replies = new Set<FastifyReply>();
  private ended = false;

  keep(reply: FastifyReply): void {
    if (this.ended) return void reply.raw.destroy();
    this.replies.add(reply);
    reply.raw.once('close', () => this.replies.delete(reply));
  }

  end(): void {
    this.ended = true;
    for (const { raw } of this.replies) raw.destroy();
  }
}
