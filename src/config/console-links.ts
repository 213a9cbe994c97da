import * as z from 'zod';
import { shaped } from './variable.js';

const MOST_LINKS = 8;
const MOST_TITLE_CHARACTERS = 40;
const MOST_ADDRESS_CHARACTERS = 500;
/** What a person would not see, and what changes the direction of text. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const TITLE = `must have a title of 1 to ${MOST_TITLE_CHARACTERS} visible characters before "="`;
const ADDRESS = 'must lead to an https URL, to an http URL of this machine, or to a path such as /wiki';

/** A link of the company's own in the menu of the console. */
export interface ConsoleLink {
  title: string;
  /** An `https:` URL, an `http:` URL of this machine, or a path of this host. */
  address: string;
}

/**
 * Links of the company's own, each with its title.
 *
 * @example
 * CONSOLE_LINKS='Handbook=https://wiki.example.com/bouncer, Status=/status'
 */
export const consoleLinks = shaped(
  `at most ${MOST_LINKS} links by comma, each \`Title=address\`, with an \`https://\` URL, an \`http://\` URL of this machine, or a path such as \`/wiki\``,
  z.string().transform((text, context): ConsoleLink[] => {
    const links = text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean)
      .map(linkOf);
    const mistakes = links.flatMap((link, place) => {
      const mistake = mistakeIn(link);
      return mistake === undefined ? [] : [`link ${place + 1}: ${mistake}`];
    });
    if (links.length === 0) mistakes.push('must name at least one link');
    if (links.length > MOST_LINKS) mistakes.push(`must name at most ${MOST_LINKS} links`);
    for (const message of mistakes) context.addIssue({ code: 'custom', message });
    return mistakes.length === 0 ? links : z.NEVER;
  }),
);

/** The title ends at the first `=`, because addresses have that character, too. */
function linkOf(item: string): ConsoleLink {
  const end = item.indexOf('=');
  return { title: item.slice(0, Math.max(0, end)).trim(), address: item.slice(end + 1).trim() };
}

function mistakeIn({ title, address }: ConsoleLink): string | undefined {
  const { length } = [...title];
  if (length === 0 || length > MOST_TITLE_CHARACTERS || UNSEEN.test(title)) return TITLE;
  return isSafe(address) ? undefined : ADDRESS;
}

/** Browsers take a backslash for a slash, and leave out line feeds: an address has neither. */
function isSafe(address: string): boolean {
  if (address.length > MOST_ADDRESS_CHARACTERS || /[\s\\]/.test(address) || UNSEEN.test(address))
    return false;
  if (/^\/(?!\/)/.test(address)) return true;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  return (protocol === 'https:' || LOOPBACK.has(hostname)) && username === '' && password === '';
}
