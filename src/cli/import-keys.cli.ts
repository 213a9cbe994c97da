import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { HexKeyImporter } from '../api-keys/hex-key.importer.js';
import { lineText } from '../validation/line-text.js';
import { runCommand, withService } from './with-service.js';

const USAGE =
  'Usage: npm run keys:import -- --user EMAIL --scopes SCOPE,SCOPE [--name NAME] < FILE   (a SHA-256 in hex on each line)';

runCommand(async () => {
  const { email, name, scopes } = readArguments();
  const lines = (await text(process.stdin))
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const added = await withService((service) =>
    service.get(HexKeyImporter, { strict: false }).import(email, name, scopes, lines),
  );
  process.stdout.write(`${lines.length} lines, ${added} keys added for ${lineText(email)}\n`);
});

function readArguments(): { email: string; name: string; scopes: string[] } {
  const option = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ options: { user: option, name: option, scopes: option } });
    const scopes = values.scopes?.split(',').filter(Boolean);
    if (values.user && scopes?.length) return { email: values.user, name: values.name ?? 'Imported', scopes };
  } catch {
    // An option that there is none of: the usage says it all.
  }
  throw new Error(USAGE);
}
