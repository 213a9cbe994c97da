import { isWellFormedKey } from '../api-keys/key-format.js';
import type { Environment, SettingIssue } from '../config/environment.js';
import { type Settings, SettingsError } from '../config/settings.js';

type KeySettings = Partial<Pick<Environment, 'BOOTSTRAP_ADMIN_KEY' | 'API_KEY_PREFIX'>>;

/** Checks BOOTSTRAP_ADMIN_KEY. It cannot be checked while the prefix of keys is wrong. */
export function bootstrapKeyIssues({ BOOTSTRAP_ADMIN_KEY, API_KEY_PREFIX }: KeySettings): SettingIssue[] {
  if (BOOTSTRAP_ADMIN_KEY === undefined || API_KEY_PREFIX === undefined) return [];
  if (isWellFormedKey(BOOTSTRAP_ADMIN_KEY, API_KEY_PREFIX)) return [];
  const message = `must be ${API_KEY_PREFIX}_, 43 characters and their checksum; npm run key:generate makes one`;
  return [{ name: 'BOOTSTRAP_ADMIN_KEY', message }];
}

/** Checks settings that were not read with {@link bootstrapKeyIssues}, before anything starts. @throws SettingsError */
export function assertBootstrapKey({ bootstrapAdmin, apiKeys }: Settings): void {
  const issues = bootstrapKeyIssues({
    BOOTSTRAP_ADMIN_KEY: bootstrapAdmin.key,
    API_KEY_PREFIX: apiKeys.prefix,
  });
  if (issues.length > 0) throw new SettingsError(issues);
}
