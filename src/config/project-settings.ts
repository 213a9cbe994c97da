import type * as z from 'zod';
import type { SettingIssue } from './environment.js';

/** A zod object whose members are environment variables. */
export type ProjectSettingsSchema = z.ZodObject;

type Read = { ok: true; values: Record<string, unknown> } | { ok: false; issues: SettingIssue[] };

/** Reads a project's own settings; a message never repeats a value. */
export function readProjectSettings(
  schema: ProjectSettingsSchema | undefined,
  env: Record<string, string | undefined>,
): Read {
  if (schema === undefined) return { ok: true, values: {} };
  const named = Object.keys(schema.shape).flatMap((name) => {
    const value = env[name];
    // An empty variable counts as absent, as for Bouncer's own settings.
    return value === undefined || value.trim() === '' ? [] : [[name, value] as const];
  });
  const result = schema.safeParse(Object.fromEntries(named));
  if (result.success) return { ok: true, values: result.data };
  const isSet = new Set(named.map(([name]) => name));
  return {
    ok: false,
    issues: result.error.issues.map(({ path: [name = 'settings'], message, code }) => ({
      name: String(name),
      message: code === 'invalid_type' && !isSet.has(String(name)) ? 'must be set' : message,
    })),
  };
}
