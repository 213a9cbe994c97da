import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, type Repository } from 'typeorm';
import { inProgress, keyReused } from './idempotency-errors.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';

/** One attempt of a request with an Idempotency-Key. */
export type Claim = Pick<IdempotencyRecord, 'userId' | 'keyHash' | 'fingerprint' | 'attempt'>;

export interface KeptAnswer {
  status: number;
  answer: object;
}

const MAX_ANSWER_BYTES = 64 * 1024;
const SWEEP_ROWS = 5_000;

/** A stored response is valid for 24 hours. */
const OLD = `known.created_at < now() - interval '24 hours'`;
/** An attempt without a response: its process was killed, or the database was unavailable when it failed. */
const ABANDONED = `known.status IS NULL AND known.created_at < now() - interval '60 seconds'`;

const CLAIM = `
  INSERT INTO idempotency_keys AS known (user_id, key_hash, fingerprint, attempt) VALUES ($1, $2, $3, $4)
  ON CONFLICT (user_id, key_hash) DO UPDATE
    SET fingerprint = excluded.fingerprint, attempt = excluded.attempt,
        status = NULL, answer = NULL, created_at = now()
    WHERE ${OLD} OR (${ABANDONED})
  RETURNING attempt`;

const SWEEP = `
  DELETE FROM idempotency_keys WHERE (user_id, key_hash) IN (
    SELECT user_id, key_hash FROM idempotency_keys known WHERE ${OLD}
    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )`;

/**
 * Who may make something under a key, and what was answered.
 *
 * A claim is committed first, so that other attempts see it. The response is written in the transaction that creates the
 * row, and only while this attempt still owns the claim. Row and response are therefore committed together or not at all,
 * whenever the process is killed. A claim without a response means that nothing was created, and after a minute another
 * attempt may take it over. A slow attempt then finds that it lost its claim, and its transaction is rolled back.
 */
@Injectable()
export class IdempotencyService {
  constructor(@InjectRepository(IdempotencyRecord) private readonly records: Repository<IdempotencyRecord>) {}

  /**
   * @returns `undefined` where the attempt may proceed, or the stored response
   * @throws keyReused, inProgress
   */
  async claim({ userId, keyHash, fingerprint, attempt }: Claim): Promise<KeptAnswer | undefined> {
    const claimed = await this.records.query<unknown[]>(CLAIM, [userId, keyHash, fingerprint, attempt]);
    if (claimed.length > 0) return undefined;
    const earlier = await this.records.findOneBy({ userId, keyHash });
    if (earlier && !earlier.fingerprint.equals(fingerprint)) throw keyReused();
    if (!earlier || earlier.status === null || earlier.answer === null) throw inProgress();
    return { status: earlier.status, answer: earlier.answer };
  }

  /**
   * Stores the response in the transaction of `manager`.
   * @throws inProgress when another attempt has taken over
   */
  async keep(manager: EntityManager, claim: Claim, { status, answer }: KeptAnswer): Promise<void> {
    const bytes = Buffer.byteLength(JSON.stringify(answer));
    if (bytes > MAX_ANSWER_BYTES)
      throw new Error(`An answer of ${bytes} bytes cannot be kept: leave texts out`);
    const { affected } = await manager.update(IdempotencyRecord, unanswered(claim), { status, answer });
    if (!affected) throw inProgress();
  }

  /** Frees an idempotency key after an attempt that changed nothing. */
  async release(claim: Claim): Promise<void> {
    await this.records.delete(unanswered(claim));
  }

  /** Deletes records that are older than 24 hours. */
  async sweep(): Promise<void> {
    let deleted: number;
    do {
      [, deleted] = await this.records.query<[unknown[], number]>(SWEEP, [SWEEP_ROWS]);
    } while (deleted === SWEEP_ROWS);
  }
}

const unanswered = ({ userId, keyHash, attempt }: Claim) => ({ userId, keyHash, attempt, status: IsNull() });
