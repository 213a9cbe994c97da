import { generateApiKey } from '../api-keys/key-format.js';
import { settingsFromEnvironment } from '../config/settings.js';

// A key that nobody has yet, to be given as BOOTSTRAP_ADMIN_KEY.
process.stdout.write(`${generateApiKey(settingsFromEnvironment().apiKeys.prefix)}\n`);
