import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller, CallerRequest } from '../access/caller.js';
import { CallerCheck } from '../access/caller-check.js';
import { ServiceError } from '../errors/service-error.js';
import { assertPlaceForStream } from '../errors/stream-places.js';

/** Each of a user's connected clients may hold one. */
export const MCP_STREAMS = { ofUser: 100, inAll: 1_000 };
const CHECK_MS = 5_000;
/** How old the last look at a caller may be: after that the stream ends. */
const TRUST_MS = 60_000;

interface OpenStream {
  caller: Caller;
  ip: string;
  reply: FastifyReply;
  checkedAt: number;
}

/**
 * Answers that last until somebody ends them: what clients listen on. Their number is bounded, a key that is of no use
 * any more ends its streams, and a stop does not wait for them.
 */
@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly streams = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(private readonly callers: CallerCheck) {}

  /** @throws too_many_streams */
  keep({ user, ip }: CallerRequest, reply: FastifyReply): void {
    const caller = user!;
    this.assertPlace(caller);
    const stream = { caller, ip, reply, checkedAt: Date.now() };
    this.streams.add(stream);
    reply.raw.once('close', () => this.streams.delete(stream));
    this.timer ??= setInterval(() => void this.check(), CHECK_MS).unref();
  }

  /** Ends all streams, for good: the service stops. */
  end(): void {
    this.ended = true;
    for (const { reply } of this.streams) reply.raw.destroy();
  }

  /** Ends the streams of those who may not call any more. */
  async check(): Promise<void> {
    await Promise.all([...this.streams].map((stream) => this.checkOne(stream)));
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.end();
  }

  private assertPlace({ userId }: Caller): void {
    if (this.ended) throw new ServiceError('service_unavailable', 503, 'The service is stopping');
    const open = [...this.streams].map(({ caller }) => caller.userId);
    assertPlaceForStream(userId, open, MCP_STREAMS);
  }

  private async checkOne(stream: OpenStream): Promise<void> {
    try {
      const caller = await this.callers.recheck(stream.caller, stream.ip);
      if (!caller) return void stream.reply.raw.destroy();
      stream.caller = caller;
      stream.checkedAt = Date.now();
    } catch {
      if (Date.now() - stream.checkedAt > TRUST_MS) stream.reply.raw.destroy();
    }
  }
}
