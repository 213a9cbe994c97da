import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { newId } from '../common/new-id.js';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { AuditTrail } from '../audit/recording/audit-trail.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { conflict, validationFailed } from '../errors/service-error.js';
import { UserAccounts } from '../users/user-accounts.js';
import { ApiKey } from './api-key.entity.js';
import { lifeOfNew } from './key-life.js';
import { assertKnownScopes, heldScopes } from './key-rules.js';

const BATCH = 1000;
const MAX_NAME = 100;
const SHA256 = /^[0-9a-f]{64}$/i;
/** Replaces the first characters of a key, which cannot be derived from its hash. */
const START = 'mcp_????';

type ImportedKey = Pick<
  ApiKey,
  'id' | 'userId' | 'name' | 'start' | 'scopes' | 'expiresAt' | 'lifeSeconds' | 'keyHash'
>;

/** Imports keys of the hexadecimal form by their SHA-256, so that their users keep them. */
@Injectable()
export class HexKeyImporter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly users: UserAccounts,
    private readonly catalogue: ScopeCatalogue,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * @param hashes the SHA-256 of each key, in hexadecimal
   * @returns how many were new. The limit on the keys of a user does not apply to an import.
   * @throws validationFailed, or conflict when API_KEY_ACCEPT_HEX is not set or the user does not exist
   */
  async import(email: string, name: string, scopes: string[], hashes: string[]): Promise<number> {
    if (!this.settings.apiKeys.acceptHex)
      throw conflict('Keys of this form are accepted only with API_KEY_ACCEPT_HEX=true');
    const user = await this.users.findByEmail(email);
    if (!user) throw conflict(`No user has the e-mail address ${email}`);
    assertKnownScopes(scopes, this.catalogue);
    if (heldScopes(user, scopes).length < scopes.length)
      throw validationFailed([`scopes: beyond a ${user.role}`]);
    if (name.length > MAX_NAME) throw validationFailed([`name: at most ${MAX_NAME} characters`]);
    const wrong = hashes.findIndex((hash) => !SHA256.test(hash));
    if (wrong !== -1) throw validationFailed([`line ${wrong + 1} is not a SHA-256 in hexadecimal`]);
    const life = lifeOfNew(undefined, this.settings.apiKeys, null);
    const rows = [...new Set(hashes.map((hash) => hash.toLowerCase()))].map((hash) => ({
      id: newId(),
      userId: user.id,
      name,
      start: START,
      scopes,
      ...life,
      keyHash: Buffer.from(hash, 'hex'),
    }));
    return this.trail.changeBySystem(
      'keys:import',
      { action: 'api_key.import', resourceKind: 'api_key' },
      (audit) =>
        this.insert(
          rows,
          audit((ids) => ({
            id: ids[0]!,
            others: ids,
            metadata: { userId: user.id, name, scopes, keys: ids.length },
          })),
        ),
    );
  }

  /** @returns how many were new */
  private insert(rows: ImportedKey[], alongside: InTransaction<string[]>): Promise<number> {
    return this.keys.manager.transaction(async (manager) => {
      const added: string[] = [];
      for (let from = 0; from < rows.length; from += BATCH) {
        const batch = rows.slice(from, from + BATCH);
        const { raw } = await manager
          .createQueryBuilder()
          .insert()
          .into(ApiKey)
          .values(batch)
          .orIgnore()
          .returning('id')
          .execute();
        added.push(...(raw as { id: string }[]).map(({ id }) => id));
      }
      if (added.length > 0) await alongside(manager, added);
      return added.length;
    });
  }
}
