import { isWellFormedKey } from '../api-keys/key-format.js';
import { type Settings, SettingsError } from '../config/settings.js';

/** Checked before anything is started. @throws SettingsError for a BOOTSTRAP_ADMIN_KEY of the wrong form */
export function assertBootstrapKey({ bootstrapAdmin, apiKeys }: Settings): void {
  const { key } = bootstrapAdmin;
  if (key === undefined || isWellFormedKey(key, apiKeys.prefix)) return;
  const message = `must be ${apiKeys.prefix}_, 43 characters and their checksum; npm run key:generate makes one`;
  throw new SettingsError([{ name: 'BOOTSTRAP_ADMIN_KEY', message }]);
}
