import { readSmallFile } from './read-small-file.js';
import { isBlank } from './variable.js';

type Env = Record<string, string | undefined>;

/** No secret is longer. A path to something else, such as a log, must not fill the memory. */
const MAX_BYTES = 64 * 1024;

/** What was set for a setting, and the variable that it came from. */
export type Given =
  { ok: true; from: string; value: string | undefined } | { ok: false; from: string; message: string };

/** The variable that names the file of a secret setting, such as `DATABASE_URL_FILE`. */
export const fileNameOf = (name: string): string => `${name}_FILE`;

/**
 * Returns the value of a secret setting, from its variable or from the file that `NAME_FILE` names. One newline at the
 * end of the file is cut, because most editors and `echo` write one. A message never repeats the value or the path.
 */
export function givenSecret(name: string, env: Env): Given {
  const from = fileNameOf(name);
  const path = env[from];
  if (path === undefined || isBlank(path)) return { ok: true, from: name, value: env[name] };
  if (!isBlank(env[name])) return { ok: false, from, message: `must not be set together with ${name}` };
  const read = contentOf(path);
  return read.ok ? { ok: true, from, value: read.text } : { ok: false, from, message: read.message };
}

function contentOf(path: string): { ok: true; text: string } | { ok: false; message: string } {
  const file = readSmallFile(path, MAX_BYTES);
  if (!file.ok) return file;
  const text = file.bytes.toString('utf8').replace(/\r?\n$/, '');
  return isBlank(text) ? { ok: false, message: 'is an empty file' } : { ok: true, text };
}
