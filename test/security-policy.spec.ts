import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (path: string) => readFileSync(resolve(__dirname, '..', path), 'utf8');

interface Locked {
  version: string;
  dev?: boolean;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

describe('SECURITY.md', () => {
  const text = read('SECURITY.md');
  const { dependencies, optionalDependencies, peerDependencies, devDependencies, allowScripts, overrides } =
    JSON.parse(read('package.json')) as {
      dependencies: Record<string, string>;
      optionalDependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
      devDependencies: Record<string, string>;
      allowScripts: Record<string, boolean>;
      overrides: Record<string, Record<string, string>>;
    };
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  /** A project installs the peers itself; the lockfile has those that the service is tested with. */
  const peers = Object.keys(peerDependencies).map(
    (name) => [name, packages[`node_modules/${name}`]!.version] as const,
  );
  const production = { ...dependencies, ...optionalDependencies, ...Object.fromEntries(peers) };
  /** Those of registries: the folders of this repository have no hash. */
  const locked = Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, entry]) => ({ name: path.replace(/^.*node_modules\//, ''), ...entry }));
  const sectionOf = (title: string) => text.split(`### ${title}\n`)[1]!.split('\n#')[0]!;

  it('lists the direct production dependencies with their versions', () => {
    const listed = [...sectionOf('Direct production dependencies').matchAll(/^- `(.+)` (\S+)$/gm)];
    expect(listed.map(([, name, version]) => [name, version])).toEqual(
      Object.entries(production).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  });

  it('is right that versions are exact and fixed by their hash', () => {
    const versions = [
      ...Object.values(production),
      ...Object.values(overrides).flatMap((below) => Object.values(below)),
    ];
    // `$name` stands for the version that this package itself has of `name`.
    const exact = versions.map((version) =>
      version.startsWith('$') ? devDependencies[version.slice(1)] : version,
    );
    for (const version of exact) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    const loose = locked.filter(({ dev, integrity }) => !dev && !integrity?.startsWith('sha512-'));
    expect(loose.map(({ name }) => name)).toEqual([]);
  });

  it('says which install scripts run, as package.json does', () => {
    const withScript = [...new Set(locked.filter((entry) => entry.hasInstallScript).map(({ name }) => name))];
    expect(Object.keys(allowScripts).sort()).toEqual(withScript.sort());
    const rows = [...sectionOf('Install scripts').matchAll(/^\| (`.+?`) +\| (yes|no) +\|/gm)].flatMap(
      ([, names, runs]) =>
        names!.split(', ').map((name) => [name.replaceAll('`', ''), runs === 'yes'] as const),
    );
    const said = Object.keys(allowScripts).map((name) => [
      name,
      rows.find(([row]) => row === name || (row.endsWith('*') && name.startsWith(row.slice(0, -1))))?.[1],
    ]);
    expect(Object.fromEntries(said)).toEqual(allowScripts);
  });

  it('has no broken link', () => {
    for (const [, path] of text.matchAll(/\]\(([\w./-]+)/g)) expect(read(path!).length).toBeGreaterThan(0);
  });
});
