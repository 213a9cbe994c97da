import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';

/** One statement takes both, so that of many at the same time, on however many replicas, one is first. */
const TAKE = `
  INSERT INTO sso_taken (digest, expires_at) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING RETURNING digest`;

const digestOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/**
 * Takes a request and the assertion that answers it, each once over all replicas. Rows are kept as long as the request could be
 * answered.
 * @returns whether nobody took either before
 */
export async function takeAnswer(
  dataSource: DataSource,
  answer: { companyId: string; requestId: string; assertionId: string; expiresAt: number },
): Promise<boolean> {
  const { companyId, requestId, assertionId, expiresAt } = answer;
  const digests = [digestOf('request', requestId), digestOf('assertion', companyId, assertionId)].sort();
  await dataSource.query('DELETE FROM sso_taken WHERE expires_at < now()');
  const taken = await dataSource.query<unknown[]>(TAKE, [digests, new Date(expiresAt)]);
  return taken.length === digests.length;
}
