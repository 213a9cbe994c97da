import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ServiceError } from '../../errors/service-error.js';
import { networkOf } from '../../rate-limit/network.js';
import { rateLimited } from '../../rate-limit/rate-limited.js';
import { limitKey } from '../../rate-limit/store/limit.js';
import { LimitStore } from '../../rate-limit/store/limit-store.js';

const HOUR_MS = 3_600_000;
const PER_ADDRESS = 5;
const PER_REQUESTER = 60;
/** The paths of the library that lead to a mail. */
const MAILING = new Set([
  '/auth/request-password-reset',
  '/auth/send-verification-email',
  '/auth/sign-up/email',
]);

/** Bounds the mails that one person gets, and those that one network asks for, over all replicas. */
@Injectable()
export class MailLimits {
  constructor(private readonly store: LimitStore) {}

  /** Counts a mail to an address. @returns the 429 of one too many, which is for nobody who may not know the address */
  async toAddress(email: string): Promise<ServiceError | undefined> {
    const tag = createHash('sha256').update(email.toLowerCase()).digest('base64url');
    return this.charge(tag, 'mails to an address', PER_ADDRESS);
  }

  /** Counts a request that may lead to a mail, whether the address is known or not. @returns the 429 of one too many */
  async ofRequester(ip: string, path: string): Promise<ServiceError | undefined> {
    return MAILING.has(path)
      ? this.charge(networkOf(ip), 'mails asked for by an address', PER_REQUESTER)
      : undefined;
  }

  private async charge(tag: string, policy: string, max: number): Promise<ServiceError | undefined> {
    const limit = { key: limitKey(tag, policy), policy, max, windowMs: HOUR_MS };
    const { refused, resetSeconds } = await this.store.charge([limit], 1);
    return refused ? rateLimited(limit, resetSeconds) : undefined;
  }
}
