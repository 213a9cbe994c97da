import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const RESULTS = new URL('../results/', import.meta.url);
/** What is measured in a hurry says nothing, and is kept apart. */
const SMOKE_RESULTS = new URL('../../.cache/bench/', import.meta.url);

const list = (text) => text.split(',').filter(Boolean);

/**
 * Flags such as `--seconds 3`; each default says its type: a number, a list of texts or of numbers, a text.
 * `--smoke` puts `smoke` in the place of the defaults: it shows that the bench works, and measures nothing.
 */
export function readOptions(defaults, smoke) {
  const names = Object.keys(defaults);
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean' },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    },
  });
  const options = { ...defaults, ...(values.smoke && smoke) };
  for (const name of names) {
    const given = values[name];
    if (given !== undefined) options[name] = typed(given, defaults[name]);
  }
  return { ...options, isSmoke: values.smoke === true };
}

function typed(text, like) {
  if (typeof like === 'number') return Number(text);
  if (!Array.isArray(like)) return text;
  return typeof like[0] === 'number' ? list(text).map(Number) : list(text);
}

const fileOf = (name, isSmoke) => new URL(`${name}.json`, isSmoke ? SMOKE_RESULTS : RESULTS);

export function keepResult(name, { isSmoke, ...options }, result) {
  const file = fileOf(name, isSmoke);
  mkdirSync(new URL('.', file), { recursive: true });
  const machine = {
    node: process.version,
    cores: cpus().length,
    date: new Date().toISOString().slice(0, 10),
  };
  writeFileSync(file, `${JSON.stringify({ ...machine, options, ...result }, rounded, 2)}\n`);
  console.log(`\nKept in ${fileURLToPath(file).replace(process.cwd(), '.')}`);
}

const rounded = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);

/** @returns nothing where that was not measured yet */
export function readResult(name, isSmoke = false) {
  const file = fileOf(name, isSmoke);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
