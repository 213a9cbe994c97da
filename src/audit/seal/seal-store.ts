import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { isUniqueViolation } from '../../database/database-errors.js';
import { contentHash } from '../events/content-hash.js';
import { AuditSeal } from './audit-seal.entity.js';
import { digestOf, type Seal, type SealContent } from './seal.js';
import { SealKeys } from './seal-keys.js';

/** Thrown when another seal has the same position in the chain. */
export class ForkedChainError extends Error {
  override name = 'ForkedChainError';

  constructor({ nodeId, number }: SealContent) {
    super(`seal ${number} of node ${nodeId} is there already, and is not ours`);
  }
}

export interface SealableRow {
  seq: number;
  at: Date;
  hash: Buffer;
}

@Injectable()
export class SealStore {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: SealKeys,
  ) {}

  lastOf(nodeId: string): Promise<Seal | null> {
    return this.seals.findOne({ where: { nodeId }, order: { number: 'DESC' } });
  }

  /**
   * Signs a seal and adds it. Adding the same content again changes nothing, so that it can be retried.
   * @returns the seal that is stored @throws ForkedChainError
   */
  async add(content: SealContent): Promise<Seal> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        const seal = (await this.keys.keyIn(manager)).seal(content);
        await manager.insert(AuditSeal, seal);
        return seal;
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const { nodeId, number } = content;
      const stored = await this.seals.findOne({ where: { nodeId, number } });
      if (!stored?.digest.equals(digestOf(content))) throw new ForkedChainError(content);
      return stored;
    }
  }

  /** The rows of the table by number. A number that exists twice has several rows. */
  async rows(nodeId: string, from: number, to: number): Promise<Map<number, SealableRow[]>> {
    const found = await this.dataSource.query<{ seq: number; at: Date; hash: Buffer }[]>(
      `SELECT event.node_seq::float8 AS seq, event.occurred_at AS at, ${contentHash('event')} AS hash
       FROM audit_events AS event
       WHERE event.node_id = $1 AND event.node_seq BETWEEN $2 AND $3`,
      [nodeId, from, to],
    );
    const rows = new Map<number, SealableRow[]>();
    for (const row of found) rows.set(row.seq, [...(rows.get(row.seq) ?? []), row]);
    return rows;
  }

  /** Counts the rows and the distinct numbers of a range, from the index alone. */
  async count(nodeId: string, from: number, to: number): Promise<{ rows: number; numbers: number }> {
    const [counted] = await this.dataSource.query<{ rows: number; numbers: number }[]>(
      `SELECT count(*)::float8 AS rows, count(DISTINCT node_seq)::float8 AS numbers
       FROM audit_events WHERE node_id = $1 AND node_seq BETWEEN $2 AND $3`,
      [nodeId, from, to],
    );
    return counted!;
  }

  private get seals() {
    return this.dataSource.getRepository(AuditSeal);
  }
}
