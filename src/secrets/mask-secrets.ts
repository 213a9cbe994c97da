import type { FoundSecret } from './found-secret.js';
import { findSecrets } from './secret-finder.js';

/** A text with `[secret: kind]` in place of each secret; of this project's own keys the start stays, by which they are known. */
export function maskSecrets(text: string, found: readonly FoundSecret[] = findSecrets(text)): string {
  if (found.length === 0) return text;
  let masked = '';
  let from = 0;
  for (const { kind, start, end } of found) {
    masked += text.slice(from, start) + maskOf(kind, text.slice(start, end));
    from = end;
  }
  return masked + text.slice(from);
}

function maskOf(kind: string, secret: string): string {
  return kind === 'api-key' ? `${secret.slice(0, secret.lastIndexOf('_') + 5)}...` : `[secret: ${kind}]`;
}
