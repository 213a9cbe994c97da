import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { CallerCheck } from '../../access/caller-check.js';
import { Coherence } from '../../coherence/coherence.js';
import { Interests } from '../../coherence/interests.js';
import { ServiceError, serviceStopping } from '../../errors/service-error.js';
import { assertStreamCapacity } from '../../errors/stream-limits.js';
import { RequestSubjects } from '../registry/request-subjects.js';

/** Bounds the open streams. Each connected client of a user may hold one. */
export const MCP_STREAMS = { perUser: 100, total: 1_000 };
/** The bytes that may be buffered for a client that listens but does not read. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/** The maximum length of a request that opens a stream, because it is kept as long as the stream. */
const MAX_REQUEST_LENGTH = 64 * 1024;
const CHECK_MS = 5_000;
/** The maximum age of the last successful check of a caller. After that the stream is closed. */
const TRUST_MS = 60_000;

interface OpenStream {
  request: CallerRequest;
  caller: Caller;
  reply: FastifyReply;
  checkedAt: number;
  /** Ends the answer as a whole one; `undefined`: it has not begun. */
  finish: (() => void) | undefined;
}

/** What {@link OpenStreams.track} returns for a stream whose answer is still to come. */
export interface TrackedStream {
  /** Names what ends the answer as a whole one when the service stops. */
  opened(finish: () => void): void;
}

/**
 * Tracks the streams on which clients listen. Their number is bounded. A stream is closed when its key becomes
 * invalid or loses a scope that the stream needs. When the service stops, it is ended, so that its client reconnects.
 */
@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly logger = new Logger(OpenStreams.name);
  private readonly streams = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly callers: CallerCheck,
    private readonly subjects: RequestSubjects,
    private readonly interests: Interests,
    coherence: Coherence,
  ) {
    // Each notification has its reader checked anew, so that nothing waits here.
    coherence.onCallersChanged((isConcerned) => void this.check(({ caller }) => isConcerned(caller)));
    coherence.onLapse(() => this.closeAll());
  }

  /** @throws ServiceError `too_many_streams` or `payload_too_large` */
  track(request: CallerRequest & { body?: unknown }, reply: FastifyReply): TrackedStream {
    const caller = request.user!;
    if (typeof request.body === 'string' && request.body.length > MAX_REQUEST_LENGTH) throw tooLong();
    this.assertCapacity(caller);
    const stream: OpenStream = { request, caller, reply, checkedAt: Date.now(), finish: undefined };
    this.streams.add(stream);
    reply.raw.once('close', () => this.remove(stream));
    this.timer ??= setInterval(() => void this.check(), CHECK_MS).unref();
    return { opened: (finish) => (this.ended ? finish() : void (stream.finish = finish)) };
  }

  /** Has the other replicas tell this one of resources that change. It returns when they know. */
  async hearOthers(): Promise<void> {
    await this.interests.add('resources').catch((error: unknown) => {
      this.logger.warn(`Clients do not learn of resources that change on other replicas: ${String(error)}`);
    });
  }

  /** Ends all streams and accepts no more, because the service stops. */
  end(): void {
    this.ended = true;
    for (const { finish } of this.streams) finish?.();
  }

  /** Closes the streams of callers who may no longer listen. */
  async check(which: (stream: OpenStream) => boolean = () => true): Promise<void> {
    await Promise.all([...this.streams].filter(which).map((stream) => this.checkOne(stream)));
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.end();
    this.closeAll();
  }

  private remove(stream: OpenStream): void {
    this.streams.delete(stream);
    if (this.streams.size === 0) this.interests.remove('resources');
  }

  private closeAll(): void {
    for (const { reply } of this.streams) reply.raw.destroy();
  }

  private assertCapacity({ userId }: Caller): void {
    if (this.ended) throw serviceStopping();
    const open = [...this.streams].map(({ caller }) => caller.userId);
    assertStreamCapacity(userId, open, MCP_STREAMS);
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
