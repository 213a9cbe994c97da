import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readHeads, type SealHead } from '../audit/seal/seal-head.js';
import { keyFilesOf, publicKeyFrom } from '../audit/seal/seal-key.js';
import { linesOfReport, verifyAudit } from '../audit/seal/verify/verify-audit.js';
import { type Settings, settingsFromEnvironment } from '../config/settings.js';
import { runCommand, withDatabase } from './with-service.js';

const USAGE = 'Usage: npm run audit:verify -- [--public-key FILE]... [--heads FILE] [--json]';
const FOUND = 1;
const FAILED = 2;

runCommand(async () => {
  const { publicKeys, heads: headsFile, json } = readArguments();
  const settings = settingsFromEnvironment();
  const keys = await keysOf(publicKeys, settings);
  const heads = await headsOf(headsFile, settings);
  if (!heads)
    process.stderr.write(`${settings.audit.seal.headsFile} is not there: a cut-off end would not show\n`);
  const report = await withDatabase(({ url }) =>
    verifyAudit(url, keys, heads ?? new Map<string, SealHead>()),
  );
  const lines = json ? [JSON.stringify(report)] : linesOfReport(report);
  process.stdout.write(`${lines.join('\n')}\n`);
  return report.whole ? 0 : FOUND;
}, FAILED);

function readArguments(): { publicKeys: string[]; heads: string | undefined; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        'public-key': { type: 'string', multiple: true },
        heads: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    return { publicKeys: values['public-key'] ?? [], heads: values.heads, json: values.json ?? false };
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

async function headsOf(
  file: string | undefined,
  { audit }: Settings,
): Promise<Map<string, SealHead> | undefined> {
  const path = file ?? audit.seal.headsFile;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    return text === undefined ? undefined : readHeads(text);
  } catch {
    throw new Error(`${path} is not a file of heads`);
  }
}
