import { distance } from 'fastest-levenshtein';
import { actionBehind } from './scopes.js';

/** A slip of the finger or two; more makes another word of it. */
const MOST_SLIPS = 2;
const MOST_NAMES = 3;

/**
 * The known scopes that somebody who wrote `asked` probably meant: the action behind an operation
 * (`documents:write` for `documents:create`), else the nearest names. A `resource:*` only for who wrote a `*`:
 * a guess must not lead to more than was asked for.
 */
export function closestScopes(asked: string, known: readonly string[]): string[] {
  const text = asked.trim().toLowerCase();
  const meant = text.replace(/[a-z]+$/, (operation) => actionBehind(operation) ?? operation);
  if (meant !== text && known.includes(meant)) return [meant];
  const near = known
    .filter((name) => text.endsWith('*') || !name.endsWith('*'))
    .map((name) => ({ name, slips: distance(text, name) }))
    .filter(({ slips }) => slips <= Math.min(MOST_SLIPS, Math.floor(text.length / 3)));
  const least = Math.min(...near.map(({ slips }) => slips));
  return near
    .filter(({ slips }) => slips === least)
    .map(({ name }) => name)
    .slice(0, MOST_NAMES);
}
