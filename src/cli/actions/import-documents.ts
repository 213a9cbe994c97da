import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { Presets, SingleBar } from 'cli-progress';
import { DocumentImporter, type ImportSummary } from '../../documents/document-importer.js';
import type { Language } from '../../documents/search/languages.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { lineText } from '../../validation/line-text.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withService } from '../with-service.js';

const SKIPPED_SHOWN = 20;

interface DocumentImport extends OutputOptions {
  email: string;
  folder: string;
  source?: string;
  language?: Language;
}

export async function importDocuments(options: DocumentImport): Promise<void> {
  const folder = resolve(options.folder);
  const isFolder = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`${options.folder} is not a folder`);
  await withService((service, { config }) => {
    if (!config.documents) throw new Error('The config switches the documents off (documents: false)');
    return importFolder(service, { ...options, folder });
  });
}

async function importFolder(
  service: INestApplicationContext,
  { email, folder, source, language, json }: DocumentImport,
): Promise<void> {
  const user = await service.get(UserAccounts, { strict: false }).findByEmail(email);
  if (!user) throw new Error(`No user has the e-mail address ${email}`);
  const importer = service.get(DocumentImporter, { strict: false });
  const root = { ...(await importer.open(user.id, folder, source)), ...(language && { language }) };
  const files = await importer.find(folder);
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} files  {eta_formatted} left' },
    Presets.shades_classic,
  );
  const started = Date.now();
  bar.start(files.length, 0);
  const summary = await importer.import(root, files, () => bar.increment()).finally(() => bar.stop());
  const seconds = (Date.now() - started) / 1000;
  const lines = linesOf(
    summary,
    `${files.length} files for ${lineText(user.email)} in ${seconds.toFixed(1)} s`,
  );
  printResult({ json }, { files: files.length, seconds, ...summary }, lines.join('\n'));
}

function linesOf({ added, changed, unchanged, skipped }: ImportSummary, what: string): string[] {
  const more = skipped.length - SKIPPED_SHOWN;
  return [
    `${what}: ${added} added, ${changed} changed, ${unchanged} unchanged, ${skipped.length} skipped`,
    ...skipped.slice(0, SKIPPED_SHOWN).map(({ file, reason }) => `  skipped ${lineText(file)}: ${reason}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
