import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { Presets, SingleBar } from 'cli-progress';
import {
  DocumentImporter,
  type ImportOptions,
  type ImportSummary,
} from '../../documents/document-importer.js';
import type { Language } from '../../documents/search/languages.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { lineText } from '../../validation/line-text.js';
import { DONE, SKIPPED } from '../exit-codes.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withService } from '../with-service.js';

const LINES_SHOWN = 20;

interface DocumentImport extends OutputOptions, Pick<ImportOptions, 'source' | 'prune' | 'dryRun'> {
  email: string;
  folder: string;
  language?: Language;
}

/** @returns the exit code */
export async function importDocuments(options: DocumentImport): Promise<number> {
  const folder = resolve(options.folder);
  const isFolder = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`${options.folder} is not a folder`);
  return withService((service, { config }) => {
    if (!config.documents) throw new Error('The config switches the documents off (documents: false)');
    return importFolder(service, { ...options, folder });
  });
}

async function importFolder(
  service: INestApplicationContext,
  { email, folder, language, json, ...options }: DocumentImport,
): Promise<number> {
  const user = await service.get(UserAccounts, { strict: false }).findByEmail(email);
  if (!user) throw new Error(`No user has the e-mail address ${email}`);
  const importer = service.get(DocumentImporter, { strict: false });
  const root = { ...(await importer.open(user.id, folder, options)), ...(language && { language }) };
  const { files, others } = await importer.find(folder);
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} files  {eta_formatted} left' },
    Presets.shades_classic,
  );
  const started = Date.now();
  bar.start(files.length, 0);
  const summary = await importer
    .import(root, files, { ...options, onFile: () => bar.increment() })
    .finally(() => bar.stop());
  const seconds = (Date.now() - started) / 1000;
  const what = `${files.length} files for ${lineText(user.email)} in ${seconds.toFixed(1)} s`;
  printResult(
    { json },
    { files: files.length, others, seconds, ...countsOf(summary), ...(options.dryRun && pathsOf(summary)) },
    linesOf(summary, what, others, options).join('\n'),
  );
  return summary.skipped.length > 0 ? SKIPPED : DONE;
}

const countsOf = ({ added, changed, removed, unchanged, skipped }: ImportSummary) => ({
  added: added.length,
  changed: changed.length,
  unchanged,
  removed: removed.length,
  skipped,
});

/** What a dry run says beside the counts. */
const pathsOf = ({ added, changed, removed }: ImportSummary) => ({
  dryRun: true,
  paths: { added, changed, removed },
});

function linesOf(
  summary: ImportSummary,
  what: string,
  others: number,
  { prune, dryRun }: Pick<ImportOptions, 'prune' | 'dryRun'>,
): string[] {
  const { added, changed, unchanged, removed, skipped } = summary;
  const counts = [
    `${added.length} added`,
    `${changed.length} changed`,
    `${unchanged} unchanged`,
    ...(prune ? [`${removed.length} removed`] : []),
    `${skipped.length} skipped`,
  ];
  return [
    `${what}: ${counts.join(', ')}${dryRun ? ' (a dry run: nothing was written)' : ''}`,
    ...(dryRun ? [...listed('would add', added), ...listed('would change', changed)] : []),
    ...(dryRun ? listed('would remove', removed) : listed('removed', removed)),
    ...listed(
      'skipped',
      skipped.map(({ file, reason }) => `${file}: ${reason}`),
    ),
    ...(others > 0 ? [`${others} files of other kinds were left out`] : []),
  ];
}

function listed(what: string, lines: readonly string[]): string[] {
  const more = lines.length - LINES_SHOWN;
  return [
    ...lines.slice(0, LINES_SHOWN).map((line) => `  ${what} ${lineText(line)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
