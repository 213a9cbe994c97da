import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';

/** The interval at which streams are measured, short enough that a stream cannot grow much in between. */
const CHECK_MS = 250;

/** Describes an answer that was produced and is not yet read by the client. */
interface Answer {
  userId: string;
  response: ServerResponse;
  /** The size of a whole answer, and 0 for a stream. */
  bytes: number;
  stream: Readable | undefined;
}

/**
 * Bounds the memory of large answers and streams that clients have not read. One user may have a bounded amount;
 * further answers are refused until some are read. When all users together exceed their bound, the answers of the
 * user with the most are dropped.
 */
@Injectable()
export class OutputLedger implements OnModuleDestroy {
  private readonly logger = new Logger(OutputLedger.name);
  private readonly answers = new Set<Answer>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectSettings() private readonly settings: Settings) {}

  /** The number of unread answers. */
  get size(): number {
    return this.answers.size;
  }

  /**
   * Tracks a whole answer. @returns the error to send instead when the user has too much unread; never for a single
   * answer
   */
  addWhole(userId: string, response: ServerResponse, bytes: number): ServiceError | undefined {
    const { userMaxBytes, maxBytes } = this.settings.output;
    const waiting = bytesOf(this.ofUser(userId));
    if (waiting > 0 && waiting + bytes > userMaxBytes) return backlog(waiting);
    this.makeRoom(maxBytes - bytes);
    this.track({ userId, response, bytes, stream: undefined });
    return undefined;
  }

  /** Tracks a streamed answer. */
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
    this.timer ??= setInterval(() => this.enforceLimits(), CHECK_MS).unref();
  }

  private ofUser(userId: string): Answer[] {
    return [...this.answers].filter((answer) => answer.userId === userId);
  }

  /** Checks the bounds again, because streams grow after they were opened. */
  private enforceLimits(): void {
    if (this.answers.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const { connectionMaxBytes, userMaxBytes, maxBytes } = this.settings.output;
    for (const answer of this.answers)
      if (answer.stream && waitingOf(answer) > connectionMaxBytes) this.drop([answer], 'of one connection');
    for (const userId of new Set([...this.answers].map((answer) => answer.userId))) {
      const own = this.ofUser(userId);
      // Whole answers were already checked when they were added.
      const streams = own.filter(({ stream }) => stream);
      this.drop(excess(streams, userMaxBytes), 'of one user');
    }
    // A single whole answer may exceed the bound.
    if (this.answers.size > 1) this.makeRoom(maxBytes);
  }

  private makeRoom(maxBytes: number): void {
    const all = [...this.answers];
    if (bytesOf(all) <= maxBytes) return;
    const totals = new Map<string, number>();
    for (const answer of all) totals.set(answer.userId, (totals.get(answer.userId) ?? 0) + waitingOf(answer));
    // The user with the most comes first, and each user's largest answer first.
    all.sort((a, b) => totals.get(b.userId)! - totals.get(a.userId)! || waitingOf(b) - waitingOf(a));
    this.drop(excess(all, maxBytes), 'of all users');
  }

  private drop(answers: Answer[], whose: string): void {
    for (const answer of answers) {
      this.answers.delete(answer);
      answer.response.destroy();
    }
    if (answers.length > 0)
      this.logger.warn(
        `Dropped ${answers.length} answers because too many bytes ${whose} were unread (see the settings OUTPUT_...)`,
      );
  }
}

const waitingOf = ({ bytes, response, stream }: Answer): number =>
  stream ? response.writableLength + stream.readableLength : bytes;

const bytesOf = (answers: Answer[]): number => answers.reduce((sum, answer) => sum + waitingOf(answer), 0);

/** Returns the first of `answers` that must be dropped so that the rest fits. */
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
