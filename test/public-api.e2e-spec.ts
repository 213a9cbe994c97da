import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const ENTRY = resolve(__dirname, '../src/index.ts');

const PUBLIC = [
  'ALL_ORGANIZATIONS',
  'ApiKeyGuard',
  'ApiRoute',
  'AssistantModel',
  'AuditInterceptor',
  'AuditMetadata',
  'AuditResource',
  'AuditTargets',
  'AuditTrail',
  'Authenticated',
  'BouncerConfig',
  'BouncerModule',
  'Caller',
  'ClientInput',
  'Complete',
  'CompletionInput',
  'CurrentCall',
  'CurrentCaller',
  'Idempotent',
  'IdempotentResponse',
  'InjectProjectSettings',
  'Input',
  'KeepAnswer',
  'Limit',
  'Log',
  'McpCall',
  'OrganizationColumn',
  'OrganizationData',
  'OrganizationRef',
  'OutOfReach',
  'OwnedData',
  'PreparedRead',
  'Progress',
  'Prompt',
  'Public',
  'RateLimitCost',
  'ReportProgress',
  'Resource',
  'ResourceTemplate',
  'ResourceUpdates',
  'RouteDescription',
  'Scopes',
  'ScopesGuard',
  'SendLog',
  'ServiceError',
  'Signal',
  'Tool',
  'UserThrottlerGuard',
  'answerSchema',
  'conflict',
  'defineConfig',
  'disableOrganizationSecurity',
  'enableOrganizationSecurity',
  'forbidden',
  'keepJson',
  'newId',
  'notFound',
  'runBouncer',
  'validationFailed',
  'visibleTo',
];

describe('The package', () => {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(resolve(__dirname, '../tsconfig.json'), (path) => readFileSync(path, 'utf8')).config,
    ts.sys,
    resolve(__dirname, '..'),
  );
  const program = ts.createProgram([ENTRY], { ...options, noEmit: true });
  const checker = program.getTypeChecker();

  function exportsOf(entry: string): ts.Symbol[] {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
    return checker
      .getExportsOfModule(module)
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  }

  it('has an example for each of its exports', () => {
    const without = exportsOf(ENTRY).filter(
      (symbol) => !symbol.getJsDocTags(checker).some(({ name }) => name === 'example'),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('exports what a project needs, and nothing else', () => {
    expect(
      exportsOf(ENTRY)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(PUBLIC);
  });
});
