import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { SETTING_NAMES } from '../src/config/environment.js';

const root = resolve(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** The changelog keeps the names that its versions had. */
const pages = tracked.filter((path) => /^(docs\/.*|[A-Z]+)\.md$/.test(path) && path !== 'CHANGELOG.md');
const sources = tracked.filter((path) => /\.(tsx?|mts|mjs|cjs|sh|yml)$/.test(path)).map(read);
const fileNames = new Set(tracked.map((path) => basename(path)));
/** Lists the files of this repository, and those of the project that `bouncer new` creates. */
const scripts = new Set([
  ...Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts),
  ...[...read('src/cli/actions/project-manifest.ts').matchAll(/(\w+): 'bouncer /g)].map(([, name]) => name!),
]);

/** Lists names of other programs, languages and standards. */
const FOREIGN = new Set(
  `Allow Authorization Bearer BigInt ConfigModule ConfigService Dockerfile ExceptionFilter Host Imported Map McpServer
  NaN Origin RateLimit Roles Set StdioServerTransport Symbol ThrottlerGuard ToolScopes WeakMap`.split(/\s+/),
);
const words = new Set([
  ...SETTING_NAMES,
  ...sources.flatMap((source) => source.match(/[A-Za-z_$][\w$]*/g) ?? []),
]);
/** The files that declare a class, an interface or a type. */
const sourcesOf = new Map<string, Set<string>>();
for (const source of sources) {
  for (const [, name] of source.matchAll(/\b(?:class|interface|type) (\w+)\b/g))
    sourcesOf.set(name!, (sourcesOf.get(name!) ?? new Set()).add(source));
}
const declared = new Set(
  sources.flatMap((source) =>
    [
      ...source.matchAll(/\b(?:class|interface|type|enum|const|function)\s+([A-Z]\w*)/g),
      ...source.matchAll(/- alert: ([A-Z]\w*)/g),
      ...[...source.matchAll(/\bimport (?:type )?\{([^}]*)\}/g)].flatMap(([, list]) => [
        ...list!.matchAll(/([A-Z]\w*)/g),
      ]),
    ].map(([, name]) => name!),
  ),
);
const quotedIn = (page: string) =>
  [
    ...read(page)
      .replaceAll(/```[^]*?```/g, '')
      .matchAll(/`([^`]+)`/g),
  ].map(([, text]) => text!);

/**
 * Returns whether a folder that a page names exists in the repository, or in the project that `bouncer new` creates.
 */
const isPath = (path: string) => ['.', 'template'].some((folder) => existsSync(join(root, folder, path)));

describe('The names in the documentation', () => {
  it.each(pages)('are those of files and folders that exist: %s', (page) => {
    const missing = quotedIn(page).filter((text) => {
      if (/^(src|test|template|examples|scripts|bench|docs)\/[\w./-]*$/.test(text)) return !isPath(text);
      // A file that a reader creates is named by the code that tells the reader to do so.
      const isNamed = fileNames.has(text) || sources.some((source) => source.includes(`'${text}'`));
      return /^[\w.-]+\.(ts|mjs|cjs|sh)$/.test(text) && !isNamed;
    });
    expect(missing).toEqual([]);
  });

  it.each(pages)('are those of classes, decorators and types that are declared: %s', (page) => {
    const missing = quotedIn(page).flatMap((text) => {
      const [, name, member] = /^@?([A-Z][a-z]+\w*)(?:\.(\w+))?(?:[({].*)?$/.exec(text) ?? [];
      if (name === undefined || FOREIGN.has(name)) return [];
      if (!declared.has(name)) return [text];
      const own = [...(sourcesOf.get(name) ?? [])];
      const isMember = new RegExp(`\\b${member}\\b(?=[?!]?[:(<]| =)`);
      const lacks = member !== undefined && own.length > 0 && !own.some((source) => isMember.test(source));
      return lacks ? [text] : [];
    });
    expect(missing).toEqual([]);
  });

  it.each(pages)('are those of functions, members and settings that the code has: %s', (page) => {
    const missing = quotedIn(page).filter((text) => {
      const [, name] = /^([a-z]+[A-Z]\w*|[A-Z]{2,}(?:_[A-Z]+)+)(?:\(.*\)|=.*)?$/.exec(text) ?? [];
      return name !== undefined && !words.has(name);
    });
    expect(missing).toEqual([]);
  });

  it.each(pages)('are those of scripts that package.json has: %s', (page) => {
    const named = [...read(page).matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, script]) => script!);
    expect(named.filter((script) => !scripts.has(script))).toEqual([]);
  });
});
