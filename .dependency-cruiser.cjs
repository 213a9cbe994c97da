/**
 * The directions between the modules of `src`. A module may import the modules listed for it, and nothing else of `src`.
 * `common`, `config` and `errors` are leaves that every module may use.
 */
const leaves = ['common', 'config', 'errors'];
const modules = {
  common: [],
  config: [],
  errors: [],
  secrets: [],
  // What runs in a company's web application has nothing of the service.
  client: [],
  validation: leaves,
  database: [...leaves, 'validation'],
  coherence: [...leaves, 'database'],
  'shared-secrets': [...leaves, 'database', 'access'],
  mail: [...leaves, 'validation', 'database', 'access'],
  access: leaves,
  'rate-limit': [...leaves, 'coherence', 'access'],
  audit: [
    ...leaves,
    'secrets',
    'shared-secrets',
    'validation',
    'database',
    'coherence',
    'access',
    'openapi',
    'rate-limit',
  ],
  idempotency: [...leaves, 'database', 'access', 'openapi', 'audit'],
  users: [...leaves, 'validation', 'database', 'coherence', 'access', 'openapi', 'audit', 'idempotency'],
  'api-keys': [
    ...leaves,
    'validation',
    'database',
    'coherence',
    'access',
    'openapi',
    'audit',
    'rate-limit',
    'idempotency',
    'users',
    'mail',
  ],
  identity: [
    ...leaves,
    'validation',
    'database',
    'coherence',
    'shared-secrets',
    'access',
    'openapi',
    'audit',
    'rate-limit',
    'users',
    'api-keys',
    'mail',
  ],
  mcp: [
    ...leaves,
    'secrets',
    'shared-secrets',
    'validation',
    'coherence',
    'access',
    'openapi',
    'audit',
    'rate-limit',
  ],
  'call-stops': [...leaves, 'validation', 'database', 'coherence', 'access', 'openapi', 'audit', 'mcp'],
  'tool-limits': [
    ...leaves,
    'validation',
    'database',
    'coherence',
    'access',
    'openapi',
    'audit',
    'rate-limit',
    'mcp',
  ],
  me: ['access', 'openapi', 'validation', 'audit', 'rate-limit', 'api-keys', 'mcp'],
  'scope-guide': ['access', 'openapi', 'audit', 'mcp'],
  'client-config': [...leaves, 'validation', 'access', 'openapi', 'audit'],
  documents: [
    ...leaves,
    'secrets',
    'validation',
    'database',
    'coherence',
    'access',
    'openapi',
    'audit',
    'idempotency',
    'mcp',
  ],
  assistant: [
    ...leaves,
    'secrets',
    'validation',
    'coherence',
    'access',
    'openapi',
    'audit',
    'rate-limit',
    'mcp',
    'documents',
  ],
  anomalies: [...leaves, 'database', 'access', 'audit', 'api-keys'],
  metrics: [...leaves, 'access', 'openapi', 'audit'],
  health: [...leaves, 'database', 'coherence', 'api-keys', 'access', 'openapi', 'audit', 'rate-limit'],
  openapi: [...leaves, 'validation', 'access'],
  'first-admin': ['config', 'audit', 'users', 'api-keys', 'identity'],
  http: [...leaves, 'validation', 'database', 'access', 'audit', 'rate-limit', 'mcp'],
};

/** The layers of `mcp`, from the entry points down to what imports no other layer. */
const mcpLayers = {
  http: ['sdk', 'registry', 'call', 'definitions', 'protocol', 'decorators'],
  stdio: ['sdk', 'registry', 'call', 'definitions', 'protocol', 'decorators'],
  sdk: ['registry', 'call', 'definitions', 'protocol', 'decorators'],
  registry: ['call', 'definitions', 'protocol', 'decorators'],
  call: ['definitions', 'protocol', 'decorators'],
  definitions: ['protocol', 'decorators'],
  protocol: [],
  decorators: [],
};

const auditLayers = {
  query: ['writer', 'recording', 'events'],
  webhook: ['writer', 'events'],
  rotation: ['retention', 'seal'],
  retention: ['seal', 'writer', 'events'],
  verify: ['retention', 'seal', 'events'],
  seal: ['writer', 'events'],
  usage: ['writer', 'events'],
  recording: ['writer', 'usage', 'events'],
  metrics: ['webhook', 'seal', 'recording', 'writer', 'events'],
  writer: ['events'],
  events: [],
};

function directionsBelow(parent, allowedByName) {
  return Object.entries(allowedByName).map(([name, allowed]) => ({
    name: `directions-of-${parent}${name}`.replaceAll('/', '-'),
    severity: 'error',
    from: { path: `^src/${parent}${name}/` },
    to: { path: `^src/${parent}`, pathNot: `^src/${parent}(${[name, ...allowed].join('|')})/` },
  }));
}

const directions = [
  ...directionsBelow('', modules),
  ...directionsBelow('mcp/', mcpLayers),
  ...directionsBelow('audit/', auditLayers),
];

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'no-module-without-directions',
      comment: 'A new folder of src must be listed above.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(modules).join('|')}|cli|server|testing)/` },
      to: {},
    },
    {
      name: 'own-entities-only',
      comment: "Another module's entity is reached through its service.",
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/.+\\.entity\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'better-auth-in-identity-only',
      comment: 'Who a person is comes from the module `identity`; no other module knows the library.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/identity/' },
      to: { path: 'node_modules/(better-auth|@better-auth|better-call|kysely)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
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
