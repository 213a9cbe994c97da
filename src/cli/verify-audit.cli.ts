import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readHeads, type SealHead } from '../audit/seal/seal-head.js';
import { keyFilesOf, publicKeyFrom } from '../audit/seal/seal-key.js';
import { linesOfReport, verifyAudit } from '../audit/verify/verify-audit.js';
import { type Settings, settingsFromEnvironment } from '../config/settings.js';
import { linesText } from '../validation/line-text.js';
import { runCommand, withDatabase } from './with-service.js';

const USAGE = 'Usage: npm run audit:verify -- [--public-key FILE]... [--heads FILE]... [--json]';
const FOUND = 1;
const FAILED = 2;

runCommand(async () => {
  const { publicKeys, heads: headsFile, json } = readArguments();
  const settings = settingsFromEnvironment();
  const keys = await keysOf(publicKeys, settings);
  const heads = await headsOf(headsFile, settings);
  const report = await withDatabase(({ url }) => verifyAudit(url, keys, heads));
  const lines = json ? [JSON.stringify(report)] : linesOfReport(report);
  // Rows and nodes are named as they stand in the database, which whoever changed them chose.
  process.stdout.write(`${json ? lines.join('\n') : linesText(lines.join('\n'))}\n`);
  return report.whole ? 0 : FOUND;
}, FAILED);

function readArguments(): { publicKeys: string[]; heads: string[]; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        'public-key': { type: 'string', multiple: true },
        heads: { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
    });
    return { publicKeys: values['public-key'] ?? [], heads: values.heads ?? [], json: values.json ?? false };
  } catch {
    throw new Error(USAGE);
  }
}

/** Those that are named; else the one that this service seals with. */
function keysOf(files: string[], { dataDir, audit }: Settings): Promise<KeyObject[]> {
  const own = audit.seal.keyFile ?? keyFilesOf(dataDir).publicKey;
  return Promise.all(
    (files.length > 0 ? files : [own]).map(async (file) => publicKeyFrom(await pemOf(file), file)),
  );
}

async function pemOf(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = 'Set the DATA_DIR of the service, or name the public key of its seals with --public-key';
    throw new Error(`${file} cannot be read (${code}). ${hint}.`, { cause });
  });
}

/** Those that are named; else those that this service keeps, if it does. */
async function headsOf(files: string[], { audit }: Settings): Promise<SealHead[]> {
  if (files.length > 0) return (await Promise.all(files.map(headsIn))).flat();
  const own = await headsIn(audit.seal.headsFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (own.length === 0) process.stderr.write(`${audit.seal.headsFile} holds no heads\n`);
  return own;
}

async function headsIn(path: string): Promise<SealHead[]> {
  const text = await readFile(path, 'utf8');
  try {
    return [...readHeads(text).values()];
  } catch {
    throw new Error(`${path} is not a file of heads`);
  }
}
