import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { forbidden } from '../../errors/service-error.js';
import type { PageQuery } from '../../database/page.js';
import { AuditSeal } from '../seal/audit-seal.entity.js';
import { AUDIT_SCOPE, readsWholeAudit } from '../query/reader-check.js';
import { VerificationsService } from '../verify-jobs/verifications.service.js';
import { placeOf, sealCursorOf } from './seal-cursor.js';
import type { SealList } from './seals.schema.js';

type Row = Omit<SealList['seals'][number], 'rows' | 'hashStart'> & { digest: Buffer };

/** A seal's hashes are many times as long as all else of it, and nobody asks for them here. */
const PAGE = `
  SELECT node_id AS "nodeId", number::float8 AS number, from_seq::float8 AS "fromSeq", to_seq::float8 AS "toSeq",
         first_at AS "from", last_at AS "to", sealed_at AS "sealedAt", closed, digest, key_id AS "keyId"
  FROM audit_seals
  WHERE $1::timestamptz IS NULL OR (sealed_at, node_id, number) < ($1, $2::uuid, $3::bigint)
  ORDER BY sealed_at DESC, node_id DESC, number DESC
  LIMIT $4`;

/** Lists the seals. One covers the rows of all organisations, so only those read them who look at the whole service. */
@Injectable()
export class SealsService {
  constructor(
    @InjectRepository(AuditSeal) private readonly seals: Repository<AuditSeal>,
    private readonly verifications: VerificationsService,
  ) {}

  /** @throws ServiceError `insufficient_scope`, `forbidden` or `validation_failed` */
  async list(caller: Caller, query: PageQuery): Promise<SealList> {
    assertScopes(caller, AUDIT_SCOPE);
    if (!readsWholeAudit(caller))
      throw forbidden('Only an auditor or an administrator of the service reads the seals');
    const limit = query.limit ?? 50;
    const place = placeOf(query.cursor);
    const fetched: Row[] = await this.seals.query(PAGE, [
      place?.sealedAt ?? null,
      place?.nodeId ?? null,
      place?.number ?? null,
      limit + 1,
    ]);
    const rows = fetched.slice(0, limit);
    const last = fetched.length > limit ? rows.at(-1) : undefined;
    const lastVerification = await this.verifications.last(caller);
    return { seals: rows.map(toView), nextCursor: last ? sealCursorOf(last) : null, lastVerification };
  }
}

const toView = ({ digest, ...seal }: Row) => ({
  ...seal,
  rows: seal.toSeq - seal.fromSeq + 1,
  hashStart: digest.toString('hex').slice(0, 16),
});
