import { Injectable } from '@nestjs/common';
import type { Caller, CallerRequest } from '../access/caller.js';
import { CallerCheck } from '../access/caller-check.js';
import { Coherence } from '../coherence/coherence.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { assertStreamCapacity } from '../errors/stream-limits.js';

/** An answer that is being given. */
export interface OpenAnswer {
  caller: Caller;
  ip: string;
  /** Ends the connection. */
  close: () => void;
}

/** The scopes that an asker needs for as long as the answer lasts. */
export const ASKER_SCOPES = ['assistant:ask', 'documents:read'] as const;

/** Bounds the answers that are being given, and ends those whose asker may not ask any more. */
@Injectable()
export class OpenAnswers {
  private readonly open = new Set<OpenAnswer>();

  constructor(
    private readonly callers: CallerCheck,
    @InjectSettings() private readonly settings: Settings,
    coherence: Coherence,
  ) {
    coherence.onCallersChanged((isConcerned) => this.check(({ caller }) => isConcerned(caller)));
    coherence.onLapse(() => this.open.forEach(({ close }) => close()));
  }

  /** @throws ServiceError `too_many_streams` */
  enter({ user, ip }: CallerRequest, close: () => void): OpenAnswer {
    const users = [...this.open].map(({ caller }) => caller.userId);
    assertStreamCapacity(user!.userId, users, this.settings.assistant.concurrency);
    const answer = { caller: user!, ip, close };
    this.open.add(answer);
    return answer;
  }

  leave(answer: OpenAnswer): void {
    this.open.delete(answer);
  }

  private check(which: (answer: OpenAnswer) => boolean): void {
    for (const answer of [...this.open].filter(which)) void this.checkOne(answer);
  }

  /** An asker who cannot be checked gets no more of the answer. */
  private async checkOne({ caller, ip, close }: OpenAnswer): Promise<void> {
    const now = await this.callers.recheck(caller, ip).catch(() => undefined);
    if (!now || now.scopes.missing(ASKER_SCOPES).length > 0) close();
  }
}
