import type { ConsoleLink } from '../config/console-links.js';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** Writes the company's own links into the page, from where the console reads them: that takes no request, and no inline code. */
export function withLinks(page: Buffer, links: readonly ConsoleLink[]): Buffer {
  if (links.length === 0) return page;
  const text = JSON.stringify(links).replace(/[&"<>]/g, (character) => ESCAPES[character]!);
  return Buffer.from(
    page.toString().replace('</head>', () => `<meta name="links" content="${text}" /></head>`),
  );
}
