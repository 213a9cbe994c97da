import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Role } from '../../access/roles.js';
import { type Method, methodsIn } from './methods.js';
import { stepsOf } from './totp-steps.js';

/** What a person has beside a password. */
export interface EnrolledFactors {
  totp: boolean;
  passkeys: number;
  /** Whether the person has a password, which a removal then asks for. */
  password: boolean;
}

/** A passkey as its person sees it. */
export interface ListedPasskey {
  id: string;
  name: string | null;
  createdAt: Date | null;
}

/** What became of a try. A `replayed` code is right, but was taken before. */
export type Attempt = 'taken' | 'wrong' | 'replayed' | 'locked' | 'none';

/** What became of a removal. The `last` factor stays where the person must have one. */
export type Removal = 'removed' | 'last' | 'none';

interface TotpRow {
  secret: string;
  lastStep: number | null;
  locked: boolean;
}

const ENROLLED = `
  SELECT EXISTS (SELECT FROM two_factors WHERE user_id = $1 AND verified) AS totp,
         (SELECT count(*)::int FROM passkeys WHERE user_id = $1) AS passkeys,
         EXISTS (SELECT FROM accounts WHERE user_id = $1 AND provider_id = 'credential' AND password IS NOT NULL) AS password`;

const LOCK = `
  SELECT secret, last_step AS "lastStep", coalesce(locked_until > clock_timestamp(), false) AS locked
  FROM two_factors WHERE user_id = $1 FOR UPDATE`;

/** Five tries are free. Each one after them waits twice as long as the one before, from a minute to an hour. */
const COUNT = `
  UPDATE two_factors SET
    failed_verification_count = coalesce(failed_verification_count, 0) + 1,
    locked_until = CASE WHEN coalesce(failed_verification_count, 0) >= 4
      THEN clock_timestamp() + least(interval '1 hour',
        interval '1 minute' * power(2, least(coalesce(failed_verification_count, 0) - 4, 10))) END
  WHERE user_id = $1`;

const TAKE = `
  UPDATE two_factors SET last_step = $2, failed_verification_count = 0, locked_until = NULL WHERE user_id = $1`;

const REMOVE_TOTP = 'DELETE FROM two_factors WHERE user_id = $1';
const REMOVE_PASSKEY = 'DELETE FROM passkeys WHERE user_id = $1 AND id = $2';

const REMOVE_ALL = [
  'DELETE FROM two_factors WHERE user_id = $1',
  'DELETE FROM passkeys WHERE user_id = $1',
  'UPDATE users SET two_factor_enabled = false WHERE id = $1',
  'DELETE FROM sessions WHERE user_id = $1',
] as const;

/** Rolls a removal back. */
class LastFactor extends Error {}

async function enrolledIn(manager: EntityManager, userId: string): Promise<EnrolledFactors> {
  const [row] = await manager.query<EnrolledFactors[]>(ENROLLED, [userId]);
  return row!;
}

/**
 * Reads and keeps what PostgreSQL knows of second factors. Tries are counted, and codes are taken, with the row of the person
 * locked: of many at the same time, on however many replicas, one is first.
 */
@Injectable()
export class SecondFactors {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  enrolled(userId: string): Promise<EnrolledFactors> {
    return enrolledIn(this.dataSource.manager, userId);
  }

  /** @param mustHave whether somebody of a role must have a second factor */
  removeTotp(userId: string, mustHave: (role: Role) => boolean): Promise<Removal> {
    return this.remove(userId, mustHave, REMOVE_TOTP, []);
  }

  /** @param mustHave whether somebody of a role must have a second factor */
  removePasskey(userId: string, id: string, mustHave: (role: Role) => boolean): Promise<Removal> {
    return this.remove(userId, mustHave, REMOVE_PASSKEY, [id]);
  }

  /** Tells whether a passkey is somebody's already. */
  async isPasskeyKnown(credentialId: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>('SELECT FROM passkeys WHERE credential_id = $1', [
      credentialId,
    ]);
    return rows.length > 0;
  }

  async passkeysOf(userId: string): Promise<ListedPasskey[]> {
    return this.dataSource.query<ListedPasskey[]>(
      'SELECT id, name, created_at AS "createdAt" FROM passkeys WHERE user_id = $1 ORDER BY created_at, id',
      [userId],
    );
  }

  /** Takes a code of an app, at most once. @param open decrypts the secret */
  takeTotp(userId: string, code: string, open: (secret: string) => Promise<string>): Promise<Attempt> {
    return this.attempt(userId, async (manager, { secret, lastStep }) => {
      const steps = stepsOf(await open(secret), code, Date.now());
      const step = steps.findLast((one) => one > (lastStep ?? -1));
      if (step === undefined) {
        await manager.query(COUNT, [userId]);
        return steps.length > 0 ? 'replayed' : 'wrong';
      }
      await manager.query(TAKE, [userId, step]);
      return 'taken';
    });
  }

  /** Counts a try with a recovery code as a failure. {@link forgive} takes that back once the code was right. */
  countRecovery(userId: string): Promise<Attempt> {
    return this.attempt(userId, async (manager) => {
      await manager.query(COUNT, [userId]);
      return 'wrong';
    });
  }

  async forgive(userId: string): Promise<void> {
    await this.dataSource.query(
      'UPDATE two_factors SET failed_verification_count = 0, locked_until = NULL WHERE user_id = $1',
      [userId],
    );
  }

  /** Says that the person of a session has shown one more method. */
  async addMethod(sessionId: string, method: Method): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [row] = await manager.query<{ methods: string }[]>(
        'SELECT signed_in_by AS methods FROM sessions WHERE id = $1 FOR NO KEY UPDATE',
        [sessionId],
      );
      const methods = new Set(methodsIn(row?.methods)).add(method);
      await manager.query('UPDATE sessions SET signed_in_by = $2 WHERE id = $1', [
        sessionId,
        [...methods].join(' '),
      ]);
    });
  }

  /** Ends what was signed in before a second factor came or went. */
  async endOtherSessions(userId: string, sessionId: string | undefined): Promise<void> {
    await this.dataSource.query('DELETE FROM sessions WHERE user_id = $1 AND id IS DISTINCT FROM $2::uuid', [
      userId,
      sessionId ?? null,
    ]);
  }

  /** Removes all second factors of a person, and ends the sessions, within the transaction of `manager`. */
  async removeAll(manager: EntityManager, userId: string): Promise<void> {
    for (const sql of REMOVE_ALL) await manager.query(sql, [userId]);
  }

  /** The row of the person is locked: of two removals at the same time, the second one sees what the first has left. */
  private remove(
    userId: string,
    mustHave: (role: Role) => boolean,
    sql: string,
    values: readonly string[],
  ): Promise<Removal> {
    return this.dataSource
      .transaction(async (manager): Promise<Removal> => {
        const [user] = await manager.query<{ role: Role }[]>(
          'SELECT role FROM users WHERE id = $1 FOR NO KEY UPDATE',
          [userId],
        );
        const [, count] = await manager.query<[unknown, number]>(sql, [userId, ...values]);
        if (!user || count === 0) return 'none';
        const { totp, passkeys } = await enrolledIn(manager, userId);
        if (mustHave(user.role) && !totp && passkeys === 0) throw new LastFactor();
        return 'removed';
      })
      .catch((error: unknown) => {
        if (error instanceof LastFactor) return 'last';
        throw error;
      });
  }

  private attempt(
    userId: string,
    decide: (manager: EntityManager, row: TotpRow) => Promise<Attempt>,
  ): Promise<Attempt> {
    return this.dataSource.transaction(async (manager) => {
      const [row] = await manager.query<TotpRow[]>(LOCK, [userId]);
      if (!row) return 'none';
      return row.locked ? 'locked' : decide(manager, row);
    });
  }
}
