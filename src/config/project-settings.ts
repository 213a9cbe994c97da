import type * as z from 'zod';
import type { SettingIssue } from './environment.js';
import { fileNameOf, type Given, givenSecret } from './secret-file.js';
import { isBlank } from './variable.js';

/** A zod object whose members are environment variables. */
export type ProjectSettingsSchema = z.ZodObject;

type Read = { ok: true; values: Record<string, unknown> } | { ok: false; issues: SettingIssue[] };

/**
 * Reads a project's own settings. Each may come from the file that `NAME_FILE` names, unless that is a setting itself.
 * A message never repeats a value.
 */
export function readProjectSettings(
  schema: ProjectSettingsSchema | undefined,
  env: Record<string, string | undefined>,
): Read {
  if (schema === undefined) return { ok: true, values: {} };
  const given = Object.keys(schema.shape).map((name) => ({ name, ...givenFor(name, schema, env) }));
  const unread = given.flatMap((one) => (one.ok ? [] : [{ name: one.from, message: one.message }]));
  const set = new Map(
    given.flatMap((one) => {
      // An empty variable counts as absent, as for Bouncer's own settings.
      return one.ok && !isBlank(one.value) ? [[one.name, one] as const] : [];
    }),
  );
  const result = schema.safeParse(Object.fromEntries([...set].map(([name, { value }]) => [name, value])));
  if (result.success && unread.length === 0) return { ok: true, values: result.data };
  const failed = new Set(given.flatMap((one) => (one.ok ? [] : [one.name])));
  const issues = (result.error?.issues ?? [])
    .map(({ path: [name = 'settings'], message, code }) => ({ name: String(name), message, code }))
    .filter(({ name }) => !failed.has(name))
    .map(({ name, message, code }) => ({
      name: set.get(name)?.from ?? name,
      message: code === 'invalid_type' && !set.has(name) ? 'must be set' : message,
    }));
  return { ok: false, issues: [...unread, ...issues] };
}

/** The variables that a project's settings are read from. */
export const projectVariables = (schema: ProjectSettingsSchema | undefined): string[] =>
  Object.keys(schema?.shape ?? {}).flatMap((name) => [name, fileNameOf(name)]);

const givenFor = (
  name: string,
  { shape }: ProjectSettingsSchema,
  env: Record<string, string | undefined>,
): Given => (fileNameOf(name) in shape ? { ok: true, from: name, value: env[name] } : givenSecret(name, env));
