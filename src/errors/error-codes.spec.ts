import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from './error-codes.js';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** `[code, statuses, meaning]` for each row of the table. */
const documented = read('docs/errors.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, code, status, meaning]) => [code!.replaceAll('`', ''), status, meaning]);

describe('The error codes', () => {
  it('are those of docs/errors.md, with the same statuses and meanings', () => {
    const inCode = Object.entries(ERROR_CODES).map(([code, { status, meaning }]) => [
      code,
      status.join(', '),
      meaning,
    ]);
    const byCode = ([a]: unknown[], [b]: unknown[]) => String(a).localeCompare(String(b));
    expect(documented.sort(byCode)).toEqual(inCode.sort(byCode));
  });
});
