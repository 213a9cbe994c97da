import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { isWellFormedKey } from '../api-keys/key-format.js';
import { InjectSettings } from '../config/settings.module.js';
import { type Settings, SettingsError } from '../config/settings.js';
import { UsersService } from '../users/users.service.js';

const KEY_NAME = 'First admin';
const ADMIN = { role: 'admin', isActive: true } as const;

/** What a first start made; `key` only where it was generated, to be shown once. */
export interface FirstAdmin {
  email: string;
  key?: string;
  expiresAt: Date | null;
}

/** Sees to it that somebody can come in. */
@Injectable()
export class FirstAdminService {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly users: UsersService,
    private readonly keys: ApiKeysService,
  ) {}

  /**
   * Where no admin exists, makes one with a key. A key given by BOOTSTRAP_ADMIN_KEY that nobody has yet is added
   * to the admin BOOTSTRAP_ADMIN_EMAIL, so that an operator can come in again; a revoked one stays revoked.
   * @throws SettingsError for a given key of the wrong form
   */
  async ensure(): Promise<FirstAdmin | undefined> {
    const { email, key: given } = this.settings.bootstrapAdmin;
    if (given !== undefined && !isWellFormedKey(given, this.settings.apiKeys.prefix)) {
      throw new SettingsError(
        `Wrong settings:\n  BOOTSTRAP_ADMIN_KEY: must be a key of the form ${this.settings.apiKeys.prefix}_ + 43 characters + checksum (npm run key:generate makes one)`,
      );
    }
    const first = !(await this.users.hasAdmin());
    if (!first && (given === undefined || (await this.keys.isKnown(given)))) return undefined;
    const known = await this.users.findByEmail(email);
    if (!first && known?.role !== 'admin') return undefined;
    const user = known
      ? await this.users.update(known.id, ADMIN)
      : await this.users.create({ email, name: 'Admin', ...ADMIN });
    const { row, raw } = await this.keys.issueUnchecked(user.id, KEY_NAME, ['admin'], given);
    return { email, expiresAt: row.expiresAt, ...(given === undefined && { key: raw }) };
  }
}
