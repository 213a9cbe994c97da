import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';

/** Streams fill while nobody looks: so often that it is not much. */
const LOOK_MS = 250;

/** An answer on its way: made, and not yet taken by the client's connection. */
interface Answer {
  userId: string;
  response: ServerResponse;
  /** Of a whole one, from the beginning. */
  bytes: number;
  stream: Readable | undefined;
}

/**
 * What of large answers and of streams waits in memory for clients to read it. One user has so much at most: more answers are
 * refused until some are read. Where all users together have too much, those of the user with the most are cut off.
 */
@Injectable()
export class OutputLedger implements OnModuleDestroy {
  private readonly logger = new Logger(OutputLedger.name);
  private readonly answers = new Set<Answer>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectSettings() private readonly settings: Settings) {}

  /** Answers that have not been taken. */
  get size(): number {
    return this.answers.size;
  }

  /** Notes a whole answer. @returns what to answer instead, where the user has left too much unread; never for the only one */
  addWhole(userId: string, response: ServerResponse, bytes: number): ServiceError | undefined {
    const { userMaxBytes, maxBytes } = this.settings.output;
    const waiting = bytesOf(this.ofUser(userId));
    if (waiting > 0 && waiting + bytes > userMaxBytes) return backlog(waiting);
    this.makeRoom(maxBytes - bytes);
    this.track({ userId, response, bytes, stream: undefined });
    return undefined;
  }

  /** Notes an answer that is sent as it comes. */
  addStream(userId: string, response: ServerResponse, stream: Readable): void {
    this.track({ userId, response, bytes: 0, stream });
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private track(answer: Answer): void {
    this.answers.add(answer);
    const left = () => void this.answers.delete(answer);
    answer.response.once('finish', left).once('close', left);
    this.timer ??= setInterval(() => this.enforceLimits(), LOOK_MS).unref();
  }

  private ofUser(userId: string): Answer[] {
    return [...this.answers].filter((answer) => answer.userId === userId);
  }

  /** Streams grow after they were begun. */
  private enforceLimits(): void {
    if (this.answers.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const { connectionMaxBytes, userMaxBytes, maxBytes } = this.settings.output;
    for (const answer of this.answers)
      if (answer.stream && waitingOf(answer) > connectionMaxBytes) this.cutOff([answer], 'of one connection');
    for (const userId of new Set([...this.answers].map((answer) => answer.userId))) {
      const own = this.ofUser(userId);
      // Whole answers were held to it when they were made.
      const streams = own.filter(({ stream }) => stream);
      this.cutOff(excess(streams, userMaxBytes), 'of one user');
    }
    // One whole answer alone may be larger than that.
    if (this.answers.size > 1) this.makeRoom(maxBytes);
  }

  private makeRoom(maxBytes: number): void {
    const all = [...this.answers];
    if (bytesOf(all) <= maxBytes) return;
    const totals = new Map<string, number>();
    for (const answer of all) totals.set(answer.userId, (totals.get(answer.userId) ?? 0) + waitingOf(answer));
    // Those of whoever has the most come first, the largest of them first.
    all.sort((a, b) => totals.get(b.userId)! - totals.get(a.userId)! || waitingOf(b) - waitingOf(a));
    this.cutOff(excess(all, maxBytes), 'of all users');
  }

  private cutOff(answers: Answer[], whose: string): void {
    for (const answer of answers) {
      this.answers.delete(answer);
      answer.response.destroy();
    }
    if (answers.length > 0)
      this.logger.warn(`cut off ${answers.length} answers: too much ${whose} was not read`);
  }
}

const waitingOf = ({ bytes, response, stream }: Answer): number =>
  stream ? response.writableLength + stream.readableLength : bytes;

const bytesOf = (answers: Answer[]): number => answers.reduce((sum, answer) => sum + waitingOf(answer), 0);

/** The first of `answers`, so many that what the others have fits. */
function excess(answers: Answer[], maxBytes: number): Answer[] {
  let left = bytesOf(answers);
  return answers.filter((answer) => {
    if (left <= maxBytes) return false;
    left -= waitingOf(answer);
    return true;
  });
}

const backlog = (bytes: number) =>
  new ServiceError(
    'output_backlog',
    `It was done, but its answer is not sent: ${bytes} bytes of answers to this user are not read yet. Read them first`,
    { headers: { 'Retry-After': '5' } },
  );
