import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { Presets, SingleBar } from 'cli-progress';
import { DocumentImporter } from '../documents/document-importer.js';
import { UserAccounts } from '../users/user-accounts.js';
import { lineText } from '../validation/line-text.js';
import { runCommand, withService } from './with-service.js';

const USAGE = 'Usage: npm run documents:import -- --user EMAIL [--source NAME] FOLDER';
const SKIPPED_SHOWN = 20;

interface Arguments {
  email: string;
  folder: string;
  source?: string;
}

runCommand(async () => {
  const { folder, ...rest } = readArguments();
  const path = resolve(folder);
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`${folder} is not a folder`);
  await withService((service) => importFolder(service, { ...rest, folder: path }));
});

function readArguments(): Arguments {
  try {
    const { values, positionals } = parseArgs({
      options: { user: { type: 'string' }, source: { type: 'string' } },
      allowPositionals: true,
    });
    const [folder, more] = positionals;
    const { user: email, source } = values;
    if (email && folder && more === undefined)
      return { email, folder, ...(source !== undefined && { source }) };
  } catch {
    // An option that there is none of: the usage says it all.
  }
  throw new Error(USAGE);
}

async function importFolder(
  service: INestApplicationContext,
  { email, folder, source }: Arguments,
): Promise<void> {
  const user = await service.get(UserAccounts, { strict: false }).findByEmail(email);
  if (!user) throw new Error(`No user has the e-mail address ${email}`);
  const importer = service.get(DocumentImporter, { strict: false });
  const root = await importer.open(user.id, folder, source);
  const files = await importer.find(folder);
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} files  {eta_formatted} left' },
    Presets.shades_classic,
  );
  const started = Date.now();
  bar.start(files.length, 0);
  const summary = await importer.import(root, files, () => bar.increment()).finally(() => bar.stop());
  const { added, changed, unchanged, skipped } = summary;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const lines = [
    `${files.length} files for ${lineText(user.email)} in ${seconds} s: ${added} added, ${changed} changed, ${unchanged} unchanged, ${skipped.length} skipped`,
    ...skipped.slice(0, SKIPPED_SHOWN).map(({ file, reason }) => `  skipped ${lineText(file)}: ${reason}`),
    ...(skipped.length > SKIPPED_SHOWN ? [`  and ${skipped.length - SKIPPED_SHOWN} more`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
