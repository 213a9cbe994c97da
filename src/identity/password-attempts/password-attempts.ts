import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { networkOf } from '../../rate-limit/network.js';
import { type CallLimit, limitKey, WINDOW_MS } from '../../rate-limit/store/limit.js';
import { LimitStore } from '../../rate-limit/store/limit-store.js';
import { AuthSecret } from '../auth/auth-secret.js';
import { FORGET_SECONDS, OF_ACCOUNT, OF_NETWORK, waitSeconds } from './attempt-waits.js';

/** Who tries a password, and from where. */
export interface Attempter {
  /** What was given as address, whether an account has it or not. */
  email: string;
  ip: string;
}

interface AttemptRow {
  failures: number;
  /** The seconds since the last failure. */
  since: number;
  /** Whether the person has signed in from this network. */
  known: boolean;
}

interface Keys {
  network: Buffer;
  account: Buffer;
}

/** Adds the row where it is not there, and locks it until the transaction ends. */
const LOCK = `
  INSERT INTO password_attempts AS a (key) VALUES ($1) ON CONFLICT (key) DO UPDATE SET key = a.key
  RETURNING failures, extract(epoch FROM clock_timestamp() - failed_at)::float8 AS since,
            coalesce(known_until > now(), false) AS known`;

const COUNT = `
  UPDATE password_attempts SET failed_at = clock_timestamp(), failures = 1 + CASE
    WHEN failed_at < clock_timestamp() - make_interval(secs => ${FORGET_SECONDS}) THEN 0 ELSE failures END
  WHERE key = ANY ($1)`;

const TAKE_BACK = 'UPDATE password_attempts SET failures = greatest(failures - 1, 0) WHERE key = ANY ($1)';

/** Whoever signed in here is not kept out by wrong passwords that others send from elsewhere. */
const KNOW = `
  INSERT INTO password_attempts (key, known_until) VALUES ($1, now() + interval '90 days')
  ON CONFLICT (key) DO UPDATE SET failures = 0, known_until = EXCLUDED.known_until`;

/**
 * Counts wrong passwords of an account, over all replicas, and makes the next try wait. Where no account has the address, it
 * counts all the same, so that the waits do not tell which addresses have one. A try is counted before the password is looked
 * at, and taken back if it was right: of many at the same time, no more are made than one after the other.
 *
 * @example
 * ```ts
 * const wait = await attempts.begin({ email, ip });
 * if (wait > 0) throw tooMany(wait);
 * if (await isRight(password)) await attempts.succeed({ email, ip });
 * ```
 */
@Injectable()
export class PasswordAttempts {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secret: AuthSecret,
    private readonly limits: LimitStore,
  ) {}

  /** Counts a try as a failure. @returns the seconds that it has to wait, or 0 where it may be made */
  async begin(who: Attempter): Promise<number> {
    const { wait, known } = await this.beginForAccount(who);
    if (wait > 0 || known) return wait;
    const { refused, resetSeconds } = await this.limits.charge([this.limitOf(who.ip)], 1);
    if (!refused) return 0;
    await this.takeBack(who);
    return Math.max(1, resetSeconds);
  }

  private async beginForAccount(who: Attempter): Promise<{ wait: number; known: boolean }> {
    const keys = await this.keysOf(who);
    return this.dataSource.transaction(async (manager) => {
      const network = await locked(manager, keys.network);
      const { known } = network;
      const wait = waitSeconds(OF_NETWORK, network.failures, network.since);
      if (wait > 0) return { wait, known };
      if (!known) {
        const account = await locked(manager, keys.account);
        const more = waitSeconds(OF_ACCOUNT, account.failures, account.since);
        if (more > 0) return { wait: more, known };
      }
      await manager.query(COUNT, [known ? [keys.network] : [keys.network, keys.account]]);
      return { wait: 0, known };
    });
  }

  /** Of all accounts from one network: one password may be tried at many. People who have signed in from there do not count. */
  private limitOf(ip: string): CallLimit {
    return {
      key: limitKey(networkOf(ip), 'passwords'),
      policy: 'passwords per address',
      max: this.settings.rateLimits.failedKeys,
      windowMs: WINDOW_MS,
    };
  }

  /** Takes a try back by which no password was found wrong. */
  async takeBack(who: Attempter): Promise<void> {
    const { network, account } = await this.keysOf(who);
    await this.dataSource.query(TAKE_BACK, [[network, account]]);
  }

  /** Forgets the failures from a network from which the person has signed in, or shown to receive the mails. */
  async succeed(who: Attempter): Promise<void> {
    const { network, account } = await this.keysOf(who);
    await this.dataSource.query(TAKE_BACK, [[account]]);
    await this.dataSource.query(KNOW, [network]);
  }

  /** The table must not tell whose passwords are tried, not even by the digests of addresses that somebody guesses. */
  private async keysOf({ email, ip }: Attempter): Promise<Keys> {
    const secret = await this.secret.get();
    const account = email.toLowerCase();
    const keyOf = (...parts: string[]) =>
      createHmac('sha256', secret)
        .update(['password-attempts', ...parts].join('\0'))
        .digest();
    return { account: keyOf(account), network: keyOf(account, networkOf(ip)) };
  }
}

async function locked(manager: EntityManager, key: Buffer): Promise<AttemptRow> {
  const [row] = await manager.query<AttemptRow[]>(LOCK, [key]);
  return row!;
}
