import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { ServiceError } from '../errors/service-error.js';
import { networkOf } from './network.js';
import { rateLimited } from './rate-limited.js';
import { limitKey, type Verdict, WINDOW_MS } from './store/limit.js';
import { LimitStore } from './store/limit-store.js';

/**
 * Matches the paths that clients, monitors and browsers request before they have a key, often many from one address of a
 * vendor or a company.
 */
const NOT_COUNTED = /^\/(?:\.well-known\/|auth\/|(?:console|health)(?:[/?]|$))/;

interface KeylessRequest {
  ip: string;
  url: string;
  headers: Record<string, unknown>;
}

/**
 * Slows down clients that send requests without a key. They are counted separately, so a valid key from the same
 * address still passes.
 */
@Injectable()
export class KeylessLimiter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly store: LimitStore,
  ) {}

  /** Returns whether the headers contain nothing that could be a key or a session. */
  isKeyless({ headers }: Pick<KeylessRequest, 'headers'>): boolean {
    return (
      headers.authorization === undefined &&
      headers['x-api-key'] === undefined &&
      !(typeof headers.cookie === 'string' && headers.cookie.includes(this.settings.identity.cookie))
    );
  }

  /** Counts a request without a key over all replicas. @returns the 429 to answer with after too many of them */
  count({ ip, url }: KeylessRequest): ServiceError | undefined | Promise<ServiceError | undefined> {
    if (NOT_COUNTED.test(url)) return undefined;
    const limit = {
      key: limitKey(networkOf(ip), 'keyless'),
      policy: 'requests without a key per address',
      max: this.settings.rateLimits.keyless,
      windowMs: WINDOW_MS,
    };
    const verdict = this.store.charge([limit], 1);
    return verdict instanceof Promise ? verdict.then(refusalIn) : refusalIn(verdict);
  }
}

const refusalIn = ({ refused, limit, resetSeconds }: Verdict) =>
  refused ? rateLimited(limit, resetSeconds) : undefined;
