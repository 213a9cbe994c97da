import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository, type SelectQueryBuilder } from 'typeorm';
import { assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { isAdministrator } from '../../access/roles.js';
import { afterId, type Page, pageOf } from '../../database/page.js';
import { validationFailed } from '../../errors/service-error.js';
import { MANAGED_BY } from '../../users/agent-chain.js';
import { type NamedPrincipal, principalsById } from '../../users/principals.js';
import { ApiKey } from '../api-key.entity.js';
import type { ListApiKeysQuery } from '../dto/list-api-keys.query.js';
import { assertReaches } from '../key-rules.js';
import { filterKeys } from './key-filters.js';
import { keyCursorOf, type KeyPlace, keyPlaceOf, type TimeOrder, TIMES, timeText } from './key-orders.js';
import { RISK, RISKS } from './key-risk.js';
import type { ListedKey } from './listed-key.js';

/** A row, and its risk where the order is that. */
type Placed = ApiKey & Pick<KeyPlace, 'risk'>;

/** Lists keys: those of one owner, or all that the caller decides about. */
@Injectable()
export class KeyListService {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  /** @throws insufficientScope without `keys:read`, or for another user's keys without the role admin; validationFailed */
  async page(caller: Caller, query: ListApiKeysQuery): Promise<Page<ListedKey>> {
    assertScopes(caller, 'keys:read');
    if (query.owner !== undefined && query.userId !== undefined)
      throw validationFailed(['owner: not beside userId, which names one owner']);
    const userId = query.userId?.toLowerCase() ?? caller.userId;
    if (query.owner === undefined) await assertReaches(this.keys.manager, caller, userId);
    const listed = () =>
      filterKeys(this.reached(caller, query.owner === undefined ? userId : undefined), query);
    const { order = 'created', limit = 50, cursor } = query;
    const { rows, nextCursor } =
      order === 'created'
        ? pageOf(await newest(listed(), afterId(cursor), limit + 1), limit)
        : await orderedPage(listed, order, limit, cursor);
    const owners = query.owner === 'all' ? await this.ownersOf(rows) : undefined;
    return {
      rows: rows.map((row) => ({ id: row.id, row, owner: owners?.get(row.userId) })),
      nextCursor,
    };
  }

  /** @param userId `undefined` for all whose keys the caller decides about */
  private reached(caller: Caller, userId: string | undefined): SelectQueryBuilder<ApiKey> {
    const { organizationId, role } = caller;
    const keys = this.keys
      .createQueryBuilder('k')
      .where({ organizationId, ...(userId !== undefined && { userId }) });
    return userId !== undefined || isAdministrator(role)
      ? keys
      : keys.andWhere(`k.user_id IN (${MANAGED_BY(':by')})`, { by: caller.userId });
  }

  private async ownersOf(rows: readonly ApiKey[]): Promise<Map<string, NamedPrincipal>> {
    const ids = [...new Set(rows.map(({ userId }) => userId))];
    const principals = await principalsById(this.keys.manager, ids);
    return new Map(principals.map((principal) => [principal.id, principal]));
  }
}

const newest = (
  keys: SelectQueryBuilder<ApiKey>,
  before: string | undefined,
  count: number,
): Promise<ApiKey[]> =>
  keys
    .andWhere(before === undefined ? {} : { id: LessThan(before) })
    .orderBy('k.id', 'DESC')
    .take(count)
    .getMany();

async function orderedPage(
  keys: () => SelectQueryBuilder<ApiKey>,
  order: TimeOrder,
  limit: number,
  cursor: string | undefined,
): Promise<Page<ApiKey>> {
  const after = keyPlaceOf(order, cursor);
  const read = order === 'risk' ? mostRisky : byTime;
  return pageOf(await read(keys, order, after, limit + 1), limit, (row) =>
    keyCursorOf(order, { risk: row.risk, at: TIMES[order].of(row), id: row.id }),
  );
}

async function byTime(
  keys: () => SelectQueryBuilder<ApiKey>,
  order: TimeOrder,
  after: KeyPlace | undefined,
  count: number,
): Promise<Placed[]> {
  const { sql } = TIMES[order];
  const listed = keys();
  if (after)
    listed.andWhere(`(${sql}, k.id) > (CAST(:at AS timestamptz), CAST(:id AS uuid))`, {
      at: timeText(after),
      id: after.id,
    });
  const rows = await listed.orderBy(sql).addOrderBy('k.id').take(count).getMany();
  return rows.map((row) => Object.assign(row, { risk: 0 }));
}

/**
 * Reads one risk after the other, the highest first, until there are enough keys. PostgreSQL finds those of one risk by its index, and
 * would compute the risk of every key to sort by it.
 */
async function mostRisky(
  keys: () => SelectQueryBuilder<ApiKey>,
  order: TimeOrder,
  after: KeyPlace | undefined,
  count: number,
): Promise<Placed[]> {
  const found: Placed[] = [];
  for (let risk = after?.risk ?? RISKS.length - 1; risk >= 0 && found.length < count; risk--) {
    const ofRisk = () => keys().andWhere(`${RISK} = :risk`, { risk });
    const from = after?.risk === risk ? after : undefined;
    for (const row of await byTime(ofRisk, order, from, count - found.length))
      found.push(Object.assign(row, { risk }));
  }
  return found;
}
