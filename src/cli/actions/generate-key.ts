import { generateApiKey } from '../../api-keys/key-format.js';
import { settingsFromEnvironment } from '../../config/settings.js';
import { type OutputOptions, printResult } from '../print-result.js';

/** Prints a key that nobody has yet. */
export async function generateKey(options: OutputOptions): Promise<void> {
  const apiKey = generateApiKey(settingsFromEnvironment().apiKeys.prefix);
  printResult(options, { apiKey }, apiKey);
}
