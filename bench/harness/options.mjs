import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const RESULTS = new URL('../results/', import.meta.url);
/** The folder of runs with `--smoke` or other options. Only runs with the defaults are published. */
const APART = new URL('../../.cache/bench/', import.meta.url);

const list = (text) => text.split(',').filter(Boolean);

/**
 * Reads flags such as `--seconds 3`. Each default gives the type: a number, a list of texts or of numbers, or a text.
 * `--smoke` replaces the defaults by `smoke`: it shows that the bench works, and measures nothing. Results with
 * options are stored separately unless `--publish` is given. It ends the process for unknown names, and for a text
 * where a number is expected.
 */
export function readOptions(defaults, smoke) {
  const names = Object.keys(defaults);
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean' },
      publish: { type: 'boolean' },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    },
  });
  const options = { ...defaults, ...(values.smoke && smoke) };
  for (const name of names) {
    const given = values[name];
    if (given !== undefined) options[name] = typed(name, given, defaults[name]);
  }
  return { ...options, isApart: !values.publish && Object.keys(values).length > 0 };
}

function typed(name, text, like) {
  if (typeof like === 'string') return text;
  const given = list(text);
  const known = like.length > 0 && typeof like[0] === 'string';
  const wrong = given.filter((item) => (known ? !like.includes(item) : !(Number(item) >= 0)));
  if (given.length === 0 || wrong.length > 0) {
    console.error(`--${name} ${text}: ${known ? `known are ${like.join(', ')}` : 'a number is wanted'}`);
    process.exit(2);
  }
  if (!Array.isArray(like)) return Number(text);
  return known ? given : given.map(Number);
}

const fileOf = (name, isApart) => new URL(`${name}.json`, isApart ? APART : RESULTS);

export function keepResult(name, { isApart, ...options }, result) {
  const file = fileOf(name, isApart);
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

/** @returns the result, or undefined when it was not measured yet */
export function readResult(name, isApart = false) {
  const file = fileOf(name, isApart);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
