import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode } from './error-codes.js';

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

  it('come with the statuses of the table wherever the source names both', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map((path) => read(join('src', path)));
    const thrown = sources.flatMap((source) => [
      ...source.matchAll(/new ServiceError\(\s*'([a-z_]+)',\s*(\d{3})/g),
    ]);
    expect(thrown.length).toBeGreaterThan(8);
    for (const [, code, status] of thrown) {
      expect([code, ERROR_CODES[code as ErrorCode].status]).toEqual([
        code,
        expect.arrayContaining([Number(status)]),
      ]);
    }
  });
});
