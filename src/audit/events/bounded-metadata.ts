import { maskedStart } from '../../access/mask-keys.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { lineText } from '../../validation/line-text.js';
import { isSecretName } from './secret-names.js';

const MAX_TEXT = 256;
const MAX_MEMBERS = 32;
/** How much text after the cut is searched, so that a secret across the cut is found. */
const BEHIND_CUT = 2_048;
const MAX_DEPTH = 4;
/** The most bytes of all metadata as JSON. */
const MAX_BYTES = 4_096;
/** Texts that cannot hold a secret and need no change: short ones, and UUIDs, also behind a kind of resource. */
const HARMLESS = /^(?:[ -~]{0,19}|(?:[a-z_-]{1,18}:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Limits the metadata of a row to few members and short texts. It masks members that are named like a secret, and removes what
 * PostgreSQL would reject. Each omission leaves a mark.
 */
export function boundedMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  if (Object.keys(metadata).length === 0) return metadata;
  const bounded = boundedValue(metadata, 0) as Record<string, unknown>;
  const bytes = Buffer.byteLength(JSON.stringify(bounded));
  return bytes <= MAX_BYTES ? bounded : { truncated: true, bytes, members: Object.keys(bounded) };
}

/** Cuts a text to what a row may hold and masks secrets and characters that could forge a log line. */
export function plainText(text: string, most = 512): string {
  if (HARMLESS.test(text)) return text;
  const near = text.length > most ? text.slice(0, most + BEHIND_CUT) : text;
  return lineText(maskedStart(maskSecrets(near), most));
}

function boundedValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return plainText(value, MAX_TEXT);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value !== 'object') return undefined;
  if (depth === MAX_DEPTH) return '[nested too deeply]';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_MEMBERS).map((item) => boundedValue(item, depth + 1) ?? null);
    return value.length > MAX_MEMBERS ? [...items, `[${value.length - MAX_MEMBERS} more]`] : items;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const kept = members
    .slice(0, MAX_MEMBERS)
    .map(([name, member]) => [
      plainText(name, MAX_TEXT),
      isSecretName(name) ? '[redacted]' : boundedValue(member, depth + 1),
    ]);
  const left = members.length - kept.length;
  return Object.fromEntries(left > 0 ? [...kept, ['[more]', left]] : kept);
}
