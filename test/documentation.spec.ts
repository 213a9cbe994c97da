import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const read = (page: string) => readFileSync(join(root, page), 'utf8');
/** Removes code, because what looks like a link or a heading in it is none. */
const proseOf = (page: string) => read(page).replaceAll(/```[^]*?```/g, '');

/** Returns the anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchors = new Map(
  pages.map((page) => [
    join(root, page),
    new Set([...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!))),
  ]),
);

function brokenLinks(page: string): string[] {
  const prose = proseOf(page).replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => !/^[a-z]+:/.test(link) && !isFound(page, link));
}

function isFound(page: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const file = path ? resolve(root, dirname(page), decodeURI(path)) : join(root, page);
  return existsSync(file) && (anchor === undefined || anchors.get(file)?.has(anchor) === true);
}

describe('The documentation', () => {
  it.each(pages)('links only to files and headings that exist: %s', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('is linked from the README, page by page', () => {
    const readme = read('README.md');
    const reached = (page: string) =>
      readme.includes(`(${page}`) ||
      (page.startsWith('docs/decisions/') && readme.includes('(docs/decisions)'));
    expect(pages.filter((page) => page !== 'README.md' && !reached(page))).toEqual([]);
  });
});

describe('The README', () => {
  it('has at most 150 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('starts the service and runs the specs with the two commands that it names', () => {
    for (const command of ['npm ci && npm start', 'npm ci && npm test'])
      expect(read('README.md')).toContain(`\`\`\`sh\n${command}\n\`\`\``);
  });
});
