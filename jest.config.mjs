import { readFileSync } from 'node:fs';

// Away from UTC, so that code which forgets it turns red.
process.env.TZ = 'America/New_York';

// Nest 12 and other packages are ES modules, @nestjs/throttler is CommonJS and `require`s them, which Jest can do only on
// Node 24.9+. So what is an ES module, in node_modules too, is compiled to CommonJS for the tests.
const swc = (parser, sourceMaps) => [
  '@swc/jest',
  {
    jsc: {
      parser,
      target: 'es2022',
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'commonjs', ignoreDynamic: false },
    sourceMaps,
  },
];

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** The installed packages that Node would take for ES modules. */
const esPackages = Object.keys(readJson('./node_modules/.package-lock.json').packages)
  .filter((path) => readJson(`./${path}/package.json`).type === 'module')
  .map((path) => path.replace(/^.*node_modules\//, ''));

const project = {
  testEnvironment: '<rootDir>/test/support/shared-environment.cjs',
  runtime: '<rootDir>/test/support/shared-runtime.cjs',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript', decorators: true }, 'inline'),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }, false),
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${esPackages.join('|')})/).*\\.js$`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  moduleNameMapper: {
    '^(\\.{1,2}/(?!.*node_modules).*)\\.js$': ['$1', '$1.js'],
    // It exports nothing for `require`, to which Jest turns every import.
    '^eld/extrasmall$': '<rootDir>/node_modules/eld/src/entries/static.extrasmall.js',
  },
};

/** With one PostgreSQL for all of its specs. */
const withPostgres = {
  ...project,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  maxWorkers: 2,
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/support/duration-reporter.mjs'],
  projects: [
    { ...project, displayName: 'unit', testMatch: ['**/*.spec.ts'] },
    { ...withPostgres, displayName: 'e2e', testMatch: ['**/*.e2e-spec.ts'] },
    { ...withPostgres, displayName: 'slow', testMatch: ['**/*.slow-spec.ts'] },
  ],
};
