import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { assertScopes } from '../../../access/access-policy.js';
import type { Caller } from '../../../access/caller.js';
import { notFound } from '../../../errors/service-error.js';
import { AuditEvent } from '../../events/audit-event.entity.js';
import { auditWhere } from '../audit-where.js';
import { AUDIT_SCOPE } from '../reader-check.js';
import type { AuditDetails } from './audit-details.schema.js';

type Actor = AuditDetails['chain'][number];
type Seal = NonNullable<AuditDetails['seal']>;

const CHAIN = `
  SELECT u.id, u.name, u.kind
  FROM unnest($1::text[]) WITH ORDINALITY AS actor (id, place) JOIN users u ON u.id::text = actor.id
  ORDER BY actor.place`;

/** A seal has the hashes of its rows one after the other. */
const SEAL = `
  SELECT number::float8 AS number, sealed_at AS "sealedAt", key_id AS "keyId",
         encode(substring(hashes FROM (32 * ($2 - from_seq) + 1)::int FOR 32), 'hex') AS "rowHash"
  FROM audit_seals
  WHERE node_id = $1 AND from_seq <= $2 AND to_seq >= $2`;

/** Tells one row of the audit as a whole: who stood behind it, and which seal covers it. */
@Injectable()
export class AuditDetailsService {
  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {}

  /** @throws ServiceError `insufficient_scope`; `not_found`, also for a row that is out of sight */
  async of(caller: Caller, id: string): Promise<AuditDetails> {
    assertScopes(caller, AUDIT_SCOPE);
    const event = await this.events.findOneBy({ ...auditWhere(caller, {}), id });
    if (!event) throw notFound('Audit row');
    const { actors, userId, nodeId, nodeSeq } = event;
    const [chain, seals] = await Promise.all([
      this.events.query<Actor[]>(CHAIN, [actors ?? (userId === null ? [] : [userId])]),
      this.events.query<Seal[]>(SEAL, [nodeId, nodeSeq]),
    ]);
    return { event, chain, seal: seals[0] ?? null };
  }
}
