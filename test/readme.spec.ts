import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VARIABLE_GROUPS } from '../src/config/environment.js';
import { descriptionOf } from '../src/config/variable.js';

const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');

describe('The settings in the README', () => {
  const defaults = new Map(
    VARIABLE_GROUPS.flatMap((group) => Object.entries(group.variables)).map(([name, schema]) => [
      name,
      descriptionOf(schema).default,
    ]),
  );
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` +\| (.+?) +\|/gm)].map(
    ([, name, value]) => [name!, value!] as const,
  );

  it('are ten settings that the service reads', () => {
    expect(rows).toHaveLength(10);
    for (const [name] of rows) expect(defaults.has(name)).toBe(true);
  });

  it('have the default that the service uses, in words if there is no fixed one', () => {
    const expected = rows.map(([name]) => [name, defaults.get(name)]);
    expect(rows.map(([name, value]) => [name, /^`([^`]*)`$/.exec(value)?.[1]])).toEqual(expected);
  });
});
