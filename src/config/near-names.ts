import { distance } from 'fastest-levenshtein';
import type { SettingIssue } from './environment.js';
import { isServiceLink } from './service-link.js';
import { isBlank } from './variable.js';

/** From this length on, two letters may differ. In a shorter name they would make another word. */
const LONG_NAME = 8;
const MAX_DISTANCE = 2;

/** Variables of other programs whose names are close to ours. */
const OF_OTHERS = new Set(['HOSTS', 'PORTS', 'POST', 'FTP_URL', 'FTPS_URL', 'HTTP_URL', 'SFTP_URL']);

/**
 * Finds the variables that nobody reads and whose names are close to one of ours, because a setting that is ignored in
 * silence is worse than a start that fails.
 *
 * @param ours the names that a mistyped one is compared with
 * @param known whether a variable is read by somebody
 */
export function nearNameIssues(
  env: Record<string, string | undefined>,
  ours: readonly string[],
  known: (name: string) => boolean,
): SettingIssue[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || isBlank(value) || known(name) || isOfOthers(name, value)) return [];
    const near = nearestOf(name, ours);
    return near === undefined ? [] : [{ name, message: `is not a setting; did you mean ${near}?` }];
  });
}

const isOfOthers = (name: string, value: string): boolean =>
  OF_OTHERS.has(name) || isServiceLink(name, value);

function nearestOf(name: string, ours: readonly string[]): string | undefined {
  const upper = name.toUpperCase();
  const [nearest] = ours
    .filter((our) => Math.abs(our.length - name.length) <= MAX_DISTANCE && isNear(upper, our))
    .toSorted((one, other) => distance(upper, one) - distance(upper, other));
  return nearest;
}

function isNear(name: string, our: string): boolean {
  const letters = distance(name, our);
  if (our.length >= LONG_NAME || letters === 0) return letters <= MAX_DISTANCE;
  // Two letters that changed places count as two.
  const isSwapped = letters === 2 && sorted(name) === sorted(our);
  return name[0] === our[0] && (letters === 1 || isSwapped);
}

const sorted = (name: string): string => [...name].toSorted().join('');
