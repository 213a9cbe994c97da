import type { ReadResourceResult } from '@modelcontextprotocol/server';

/**
 * Converts the returned value of a resource's handler to a result.
 * @throws TypeError for what JSON cannot represent
 */
export function toResourceResult(value: unknown, uri: string, mimeType?: string): ReadResourceResult {
  if (isResourceResult(value)) return value;
  if (typeof value === 'string')
    return { contents: [{ uri, mimeType: mimeType ?? 'text/plain', text: value }] };
  if (value instanceof Uint8Array) {
    const blob = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    return { contents: [{ uri, mimeType: mimeType ?? 'application/octet-stream', blob }] };
  }
  const text = JSON.stringify(value ?? null);
  return { contents: [{ uri, mimeType: mimeType ?? 'application/json', text }] };
}

const isResourceResult = (value: unknown): value is ReadResourceResult =>
  typeof value === 'object' &&
  value !== null &&
  'contents' in value &&
  Array.isArray(value.contents) &&
  value.contents.every((content: unknown) => typeof (content as { uri?: unknown } | null)?.uri === 'string');
