import { text } from 'node:stream/consumers';
import { HexKeyImporter } from '../../api-keys/hex-key.importer.js';
import { lineText } from '../../validation/line-text.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withService } from '../with-service.js';

interface KeyImport extends OutputOptions {
  user: string;
  scopes: string[];
  name: string;
}

export async function importKeys({ user, scopes, name, json }: KeyImport): Promise<void> {
  const hashes = (await text(process.stdin))
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const added = await withService((service) =>
    service.get(HexKeyImporter, { strict: false }).import(user, name, scopes, hashes),
  );
  const lines = hashes.length;
  printResult({ json }, { lines, added }, `${lines} lines, ${added} keys added for ${lineText(user)}`);
}
