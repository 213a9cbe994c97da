import type { Answer } from './test-service.js';

/** Returns the JSON-RPC messages of an answer, whether it is JSON, a batch or an event stream. */
export function messagesOf({ headers, text }: Pick<Answer, 'headers' | 'text'>): any[] {
  if (text === '') return [];
  if (!headers.get('content-type')?.startsWith('text/event-stream')) return [JSON.parse(text)].flat();
  // The pattern does not use `.`, which stops at U+2028.
  return [...text.matchAll(/^data: ([^\r\n]+)/gm)].map(([, data]) => JSON.parse(data!));
}
