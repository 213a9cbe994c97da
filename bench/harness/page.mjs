import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../../docs/performance.md', import.meta.url);

/** Writes each part between its markers. A part that was not measured stays unchanged. */
export function fillPage(parts) {
  let page = readFileSync(PAGE, 'utf8');
  for (const [name, text] of Object.entries(parts)) {
    if (!text) continue;
    const [from, to] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`];
    const [start, end] = [page.indexOf(from), page.indexOf(to)];
    if (start < 0 || end < start) throw new Error(`docs/performance.md has no place for ${name}`);
    page = `${page.slice(0, start)}${from}\n\n${text}\n\n${page.slice(end)}`;
  }
  writeFileSync(PAGE, page);
}
