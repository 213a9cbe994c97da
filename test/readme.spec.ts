import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (path: string) => readFileSync(resolve(__dirname, '..', path), 'utf8');

/** `RATE_LIMIT_FREE`, `_DEVELOPMENT`: what begins with an underscore goes on like the name before it. */
function namesOf(cell: string): string[] {
  const names: string[] = [];
  for (const [, name] of cell.matchAll(/`(_?[A-Z][A-Z_]*)`/g)) {
    names.push(name!.startsWith('_') ? names[0]!.replace(/_[A-Z]+$/, name!) : name!);
  }
  return names;
}

describe('The settings table of the README', () => {
  const environment = [...read('src/config/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]*):/gm)].map(
    ([, name]) => name!,
  );
  const [, table] = read('README.md').split('## Settings');
  const documented = [...table!.matchAll(/^\| (`[A-Z][^|]*)\|/gm)].flatMap(([, cell]) => namesOf(cell!));

  it('has every setting that the service reads, once, and no other', () => {
    expect(environment.length).toBeGreaterThan(40);
    expect(documented.toSorted()).toEqual(environment.toSorted());
  });
});
