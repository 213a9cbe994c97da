import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { CallerCheck } from '../../access/caller-check.js';
import { ServiceError, serviceStopping } from '../../errors/service-error.js';
import { assertPlaceForStream } from '../../errors/stream-limits.js';
import { RequestSubjects } from '../registry/request-subjects.js';

/** Each of a user's connected clients may hold one. */
export const MCP_STREAMS = { perUser: 100, total: 1_000 };
/** What may wait for a client that listens and does not read. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/** Of a request that is kept as long as its stream. */
const MAX_REQUEST_LENGTH = 64 * 1024;
const CHECK_MS = 5_000;
/** How old the last look at a caller may be: after that the stream ends. */
const TRUST_MS = 60_000;

interface OpenStream {
  request: CallerRequest;
  caller: Caller;
  reply: FastifyReply;
  checkedAt: number;
}

/**
 * Answers that last until somebody ends them: what clients listen on. Their number is bounded, a key that is of no use
 * any more, or may not read what it listens to, ends its streams, and a stop does not wait for them.
 */
@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly streams = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly callers: CallerCheck,
    private readonly subjects: RequestSubjects,
  ) {}

  /** @throws too_many_streams, payload_too_large */
  track(request: CallerRequest & { body?: unknown }, reply: FastifyReply): void {
    const caller = request.user!;
    if (typeof request.body === 'string' && request.body.length > MAX_REQUEST_LENGTH) throw tooLong();
    this.assertPlace(caller);
    const stream = { request, caller, reply, checkedAt: Date.now() };
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
    if (this.ended) throw serviceStopping();
    const open = [...this.streams].map(({ caller }) => caller.userId);
    assertPlaceForStream(userId, open, MCP_STREAMS);
  }

  private async checkOne(stream: OpenStream): Promise<void> {
    try {
      const caller = await this.callers.recheck(stream.caller, stream.request.ip);
      if (!caller || this.subjects.refusalOfRequest(stream.request, caller))
        return void stream.reply.raw.destroy();
      stream.caller = caller;
      stream.checkedAt = Date.now();
    } catch {
      if (Date.now() - stream.checkedAt > TRUST_MS) stream.reply.raw.destroy();
    }
  }
}

const tooLong = () =>
  new ServiceError(
    'payload_too_large',
    `A request to listen has at most ${MAX_REQUEST_LENGTH} characters: name fewer resources, or open another stream`,
  );
