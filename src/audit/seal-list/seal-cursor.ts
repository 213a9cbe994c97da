import { validate as isUuid } from 'uuid';
import { validationFailed } from '../../errors/service-error.js';
import type { AuditSeal } from '../seal/audit-seal.entity.js';

/** Where a page of seals ends. Seals of several nodes may have the same time. */
export type SealPlace = Pick<AuditSeal, 'sealedAt' | 'nodeId' | 'number'>;

export const sealCursorOf = ({ sealedAt, nodeId, number }: SealPlace): string =>
  Buffer.from([sealedAt.getTime(), number, nodeId].join(' '), 'latin1').toString('base64url');

/** @throws ServiceError `validation_failed` for anything else than a cursor that {@link sealCursorOf} made */
export function placeOf(cursor: string | undefined): SealPlace | undefined {
  if (cursor === undefined) return undefined;
  const [time = '', number = '', nodeId = ''] = Buffer.from(cursor, 'base64url')
    .toString('latin1')
    .split(' ');
  const [at, count] = [time, number].map((digits) => (/^\d{1,15}$/.test(digits) ? Number(digits) : NaN)) as [
    number,
    number,
  ];
  const sealedAt = new Date(at);
  if (!isUuid(nodeId) || Number.isNaN(count) || Number.isNaN(sealedAt.getTime()))
    throw validationFailed(['cursor: must be a nextCursor of an earlier page']);
  return { sealedAt, nodeId, number: count };
}
