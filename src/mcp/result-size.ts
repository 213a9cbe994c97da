import type { Result } from '@modelcontextprotocol/server';

/**
 * About how many bytes a result says. A structured result that the text repeats counts once, and nothing is written
 * as JSON a second time to be measured.
 */
export function bytesOf(result: Result): number {
  const { content, structuredContent, ...rest } = result as {
    content?: unknown;
    structuredContent?: unknown;
  };
  const texts = sum(content);
  return sum(rest) + (texts > 0 ? texts : sum(structuredContent));
}

function sum(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 0;
  for (const name of Object.keys(value)) bytes += name.length + sum((value as Record<string, unknown>)[name]);
  return bytes;
}
