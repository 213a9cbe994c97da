/**
 * The directions between the rooms of `src`. A room may import the rooms listed for it, and nothing else of `src`.
 * `errors` and `validation` are leaves that everybody may use.
 */
const leaves = ['config', 'errors', 'ids'];
const rooms = {
  config: [],
  errors: [],
  ids: [],
  secrets: [],
  validation: leaves,
  database: [...leaves, 'validation'],
  mail: [...leaves, 'validation', 'database', 'access'],
  access: ['config', 'errors'],
  'rate-limit': [...leaves, 'access'],
  audit: [...leaves, 'secrets', 'validation', 'database', 'access', 'rate-limit'],
  idempotency: [...leaves, 'database', 'access', 'audit'],
  users: [...leaves, 'validation', 'database', 'access', 'audit', 'idempotency'],
  'api-keys': [
    ...leaves,
    'validation',
    'database',
    'access',
    'audit',
    'rate-limit',
    'idempotency',
    'users',
    'mail',
  ],
  mcp: [...leaves, 'secrets', 'validation', 'access', 'audit', 'rate-limit'],
  me: ['access', 'validation', 'audit', 'rate-limit', 'api-keys', 'mcp'],
  scopes: ['access', 'audit', 'mcp'],
  'client-config': [...leaves, 'validation', 'access', 'audit'],
  documents: [...leaves, 'validation', 'database', 'access', 'audit', 'idempotency', 'mcp'],
  health: ['config', 'database', 'access', 'audit'],
  docs: [...leaves, 'validation', 'access', 'users', 'idempotency', 'scopes'],
  bootstrap: ['config', 'audit', 'users', 'api-keys'],
  http: [...leaves, 'validation', 'database', 'access', 'audit', 'rate-limit', 'mcp'],
};

const directions = Object.entries(rooms).map(([room, allowed]) => ({
  name: `directions-of-${room}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'no-room-without-directions',
      comment: 'A new folder of src must be listed above.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(rooms).join('|')}|cli)/` },
      to: {},
    },
    {
      name: 'own-entities-only',
      comment: "Another room's entity is reached through its service.",
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/.+\\.entity\\.ts$', pathNot: '^src/$1/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-development-packages-in-src',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-test-code-in-src',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|bench)/|\\.spec\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
