import { distance } from 'fastest-levenshtein';
import { actionBehind } from './scopes.js';

/** One or two typing errors. With more, it is probably another word. */
const MAX_TYPOS = 2;
const MAX_NAMES = 3;

/**
 * Returns the known scopes that the author of `asked` probably meant: the action that covers an operation
 * (`documents:write` for `documents:create`), otherwise the nearest names. `resource:*` is suggested only for a text
 * with `*`, because a suggestion must not grant more than was requested.
 */
export function closestScopes(asked: string, known: readonly string[]): string[] {
  const text = asked.trim().toLowerCase();
  const meant = text.replace(/[a-z]+$/, (operation) => actionBehind(operation) ?? operation);
  if (meant !== text && known.includes(meant)) return [meant];
  const near = known
    .filter((name) => text.endsWith('*') || !name.endsWith('*'))
    .map((name) => ({ name, slips: distance(text, name) }))
    .filter(({ slips }) => slips <= Math.min(MAX_TYPOS, Math.floor(text.length / 3)));
  const least = Math.min(...near.map(({ slips }) => slips));
  return near
    .filter(({ slips }) => slips === least)
    .map(({ name }) => name)
    .slice(0, MAX_NAMES);
}
