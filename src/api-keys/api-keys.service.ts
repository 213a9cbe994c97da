import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, LessThan, type Repository } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { Caller } from '../access/caller.js';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { conflict, notFound, ServiceError } from '../errors/service-error.js';
import { UsersService } from '../users/users.service.js';
import { ApiKey } from './api-key.entity.js';
import type { IssuedApiKey } from './api-key.views.js';
import type { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import type { ListApiKeysQuery } from './dto/list-api-keys.query.js';
import type { UpdateApiKeyDto } from './dto/update-api-key.dto.js';
import { generateApiKey, hashApiKey, startOfKey } from './key-format.js';
import { endAfter, expiryOf, hasEnded, renewedExpiry } from './key-life.js';
import { KeyNotices } from './key-notices.js';
import { KeyRing } from './key-ring.js';
import { addressesOf, assertKnownScopes, assertMayGrant, heldScopes, jointAllowlist } from './key-rules.js';

type NewKey = Pick<ApiKey, 'userId' | 'name' | 'scopes' | 'expiresAt'> &
  Partial<Pick<ApiKey, 'ipAllowlist' | 'metadata' | 'enabled'>>;

/** Makes, changes and ends keys. A caller reaches its owner's keys; an admin everybody's. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly users: UsersService,
    private readonly catalogue: ScopeCatalogue,
    private readonly ring: KeyRing,
    private readonly notices: KeyNotices,
  ) {}

  /** @throws validationFailed, insufficientScope, notFound for an owner that does not exist */
  async create(caller: Caller, input: CreateApiKeyDto): Promise<IssuedApiKey> {
    const owner = await this.users.get(ownerFor(caller, input.userId));
    if (!owner.isActive) throw conflict('The owner is deactivated');
    const scopes = input.scopes ?? ['read'];
    assertKnownScopes(scopes, this.catalogue);
    assertMayGrant(caller, owner, scopes);
    const key: NewKey = {
      userId: owner.id,
      name: input.name,
      scopes,
      expiresAt: expiryOf(input.expiresAt, this.settings.apiKeys),
      ipAllowlist: addressesOf(caller, input.ipAllowlist),
      metadata: input.metadata ?? {},
    };
    return this.asLiveCaller(caller, owner.id, (manager) => this.issue(manager, key));
  }

  /** Makes a key without a caller: for the first start only. @param raw a given key, else a new one */
  issueUnchecked(userId: string, name: string, scopes: string[], raw?: string): Promise<IssuedApiKey> {
    const expiresAt = expiryOf(undefined, this.settings.apiKeys);
    return this.issue(this.keys.manager, { userId, name, scopes, expiresAt }, raw);
  }

  isKnown(raw: string): Promise<boolean> {
    return this.keys.existsBy({ keyHash: Buffer.from(hashApiKey(raw), 'base64') });
  }

  async list(caller: Caller, query: ListApiKeysQuery): Promise<Page<ApiKey>> {
    const limit = query.limit ?? 50;
    const after = afterId(query.cursor);
    const rows = await this.keys.find({
      where: { userId: ownerFor(caller, query.userId), ...(after && { id: LessThan(after) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** @throws notFound, also for somebody else's key */
  async get(caller: Caller, id: string): Promise<ApiKey> {
    const row = await this.keys.findOneBy(reachable(caller, id));
    if (!row) throw notFound('API key');
    return row;
  }

  /** @throws notFound, conflict for a key that has ended, validationFailed, insufficientScope */
  async update(caller: Caller, id: string, changes: UpdateApiKeyDto): Promise<ApiKey> {
    const row = await this.keys.manager.transaction(async (manager) => {
      const key = await lockKey(manager, caller, id);
      if (hasEnded(key) || key.replacedBy) throw conflict('The key has ended or was replaced');
      const { name, scopes, enabled, metadata, expiresAt: end } = changes;
      if (loosens(changes)) {
        const owner = await this.users.get(key.userId);
        assertKnownScopes(scopes ?? [], this.catalogue);
        assertMayGrant(caller, owner, scopes ?? heldScopes(owner, key.scopes));
      }
      const addresses = changes.ipAllowlist === undefined ? key.ipAllowlist : changes.ipAllowlist;
      const ipAllowlist = loosens(changes) ? addressesOf(caller, addresses) : undefined;
      const expiresAt = end === undefined ? undefined : expiryOf(end, this.settings.apiKeys);
      const columns = given({ name, scopes, enabled, ipAllowlist, metadata, expiresAt });
      if (Object.keys(columns).length > 0) await manager.update(ApiKey, { id }, columns as object);
      return { ...key, ...columns };
    });
    this.ring.forgetKey(id);
    return row;
  }

  /** Ends a key for good; its row stays. Again is no error. @throws notFound */
  async revoke(caller: Caller, id: string): Promise<void> {
    await this.keys.manager.transaction(async (manager) => {
      const key = await lockKey(manager, caller, id);
      if (key.revokedAt) return;
      await manager.update(ApiKey, { id }, { revokedAt: new Date() });
    });
    this.ring.forgetKey(id);
  }

  /**
   * Puts a new key in a key's place: same scopes, owner, allow list and metadata.
   * @param graceSeconds how long both work
   * @throws notFound, conflict for a key that has ended, insufficientScope for a key wider than the caller's
   */
  async rotate(caller: Caller, id: string, graceSeconds: number): Promise<IssuedApiKey> {
    const { userId, start } = await this.get(caller, id);
    const owner = await this.users.get(userId);
    const issued = await this.asLiveCaller(caller, userId, async (manager) => {
      const key = await lockKey(manager, caller, id);
      if (hasEnded(key) || key.replacedBy) throw conflict('The key has ended or was replaced already');
      const { name, metadata, enabled } = key;
      const scopes = heldScopes(owner, key.scopes);
      assertMayGrant(caller, owner, scopes);
      const ipAllowlist = addressesOf(caller, key.ipAllowlist);
      const expiresAt = renewedExpiry(key, this.settings.apiKeys);
      const next = await this.issue(manager, {
        userId,
        name,
        scopes,
        ipAllowlist,
        metadata,
        enabled,
        expiresAt,
      });
      await manager.update(ApiKey, { id }, { replacedBy: next.row.id, ...endAfter(key, graceSeconds) });
      return next;
    });
    this.ring.forgetKey(id);
    this.notices.rotated(caller, owner, { start, graceSeconds }, issued.row);
    return issued;
  }

  /**
   * Ends all of the caller's owner's keys and makes one with the scopes of those that worked.
   * @throws insufficientScope, conflict when the calling key ended meanwhile
   */
  async rotateAll(caller: Caller): Promise<IssuedApiKey> {
    const { userId } = caller;
    const { issued, ended } = await this.asLiveCaller(caller, userId, async (manager) => {
      const keys = await manager.findBy(ApiKey, { userId, revokedAt: IsNull() });
      const live = keys.filter((key) => !hasEnded(key) && key.enabled);
      const scopes = heldScopes(caller, [...new Set(live.flatMap((key) => key.scopes))]);
      assertMayGrant(caller, caller, scopes);
      const next = await this.issue(manager, {
        userId,
        name: 'All keys, rotated',
        scopes,
        ipAllowlist: caller.keyAddresses ? [...caller.keyAddresses] : jointAllowlist(live),
        expiresAt: expiryOf(undefined, this.settings.apiKeys),
      });
      await manager.query(
        `UPDATE api_keys SET revoked_at = now(), replaced_by = coalesce(replaced_by, $2)
         WHERE user_id = $1 AND revoked_at IS NULL AND id <> $2`,
        [userId, next.row.id],
      );
      return { issued: next, ended: keys };
    });
    for (const { id } of ended) this.ring.forgetKey(id);
    this.notices.allRotated(caller, ended, issued.row);
    return issued;
  }

  /**
   * Runs what makes keys for an owner one after the other, and only while the calling key is good: a key that a
   * rotation or revocation has just ended must not leave another one behind.
   */
  private asLiveCaller<T>(
    caller: Caller,
    ownerId: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.keys.manager.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [ownerId]);
      const own = await manager.findOneBy(ApiKey, { id: caller.keyId });
      if (!own || hasEnded(own) || !own.enabled) throw conflict('The calling key has ended');
      return work(manager);
    });
  }

  private async issue(manager: EntityManager, key: NewKey, raw?: string): Promise<IssuedApiKey> {
    const { prefix } = this.settings.apiKeys;
    const secret = raw ?? generateApiKey(prefix);
    const row = manager.create(ApiKey, {
      id: uuid(),
      enabled: true,
      metadata: {},
      ipAllowlist: null,
      lastUsedAt: null,
      revokedAt: null,
      replacedBy: null,
      ...key,
      keyHash: Buffer.from(hashApiKey(secret), 'base64'),
      start: startOfKey(secret, prefix),
    });
    return { row: await manager.save(row), raw: secret };
  }
}

/** @throws insufficientScope where somebody who is no admin names another user */
function ownerFor(caller: Caller, asked: string | undefined): string {
  const owner = asked?.toLowerCase() ?? caller.userId;
  if (owner !== caller.userId && caller.role !== 'admin') {
    throw new ServiceError(
      'insufficient_scope',
      403,
      "Insufficient permissions. Other users' keys need the role admin",
      {
        reason: 'not_admin',
      },
    );
  }
  return owner;
}

const reachable = (caller: Caller, id: string) =>
  caller.role === 'admin' ? { id } : { id, userId: caller.userId };

async function lockKey(manager: EntityManager, caller: Caller, id: string): Promise<ApiKey> {
  const key = await manager.findOne(ApiKey, {
    where: reachable(caller, id),
    lock: { mode: 'pessimistic_write' },
  });
  if (!key) throw notFound('API key');
  return key;
}

/** The members that are there: `undefined` means left out. */
const given = <T extends object>(members: T) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<ApiKey>;

/** Whether a change could make the key do more: then the caller must be able to do as much. */
const loosens = ({ scopes, enabled, ipAllowlist, expiresAt }: UpdateApiKeyDto) =>
  scopes !== undefined || enabled === true || ipAllowlist !== undefined || expiresAt !== undefined;
