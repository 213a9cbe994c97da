import { randomUUID } from 'node:crypto';
import { Injectable, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { FastifyInstance } from 'fastify';
import { AuditStreamService } from '../src/audit/query/stream/audit-stream.service.js';
import { ERROR_CODES } from '../src/errors/error-codes.js';
import { HealthService } from '../src/health/health.service.js';
import { Contract, type DocumentedOperation } from './support/contract.js';
import { bringBack, takeAway } from './support/database.js';
import { Teams, type TestTeam } from './support/teams.js';
import { type Answer, type RequestOptions, TestService, type TestUser } from './support/test-service.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';
const BODY_LIMIT = 64 * 1024;

/** What the path of a request names, and what follows the path. */
interface Named {
  id?: string;
  teamId?: string;
  query?: string;
}

const routes = new Set<string>();

/** Records every route that the HTTP server gets. Routes are added after all providers exist. */
@Injectable()
class RouteListener {
  constructor(host: HttpAdapterHost) {
    const fastify = host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRoute', ({ method, url }) => {
      // The routes of the library, of OAuth and of SCIM are described in docs/identity.md and docs/oauth.md. The console is for people.
      if (
        /^\/(auth|scim)\/|^\/console(\/|$)|^\/register$|^\/\.well-known\/(oauth-authorization|openid)/.test(
          url,
        )
      )
        return;
      for (const one of [method].flat()) routes.add(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
    });
  }
}

@Module({ providers: [RouteListener] })
class RouteListenerModule {}

describe('The OpenAPI document', () => {
  let service: TestService;
  let contract: Contract;
  let operations: DocumentedOperation[];
  let user: TestUser;
  let sharedWith: TestTeam;

  beforeAll(async () => {
    service = await TestService.start({
      env: { BODY_LIMIT_BYTES: String(BODY_LIMIT) },
      modules: [RouteListenerModule],
    });
    contract = new Contract((await service.request('GET', '/docs/openapi.json')).body);
    operations = contract.operations();
    user = await service.createUser();
    sharedWith = await new Teams(service).team();
  });
  afterAll(() => service.stop());

  const scopesOf = ({ operation }: DocumentedOperation) =>
    operation['x-required-scopes'] as string[] | undefined;
  const isPublic = (operation: DocumentedOperation) => scopesOf(operation) === undefined;
  const named = (id: string) => operations.find((operation) => operation.id === id)!;
  const urlOf = ({ path }: DocumentedOperation, id = NO_ROW, teamId = NO_ROW) =>
    path
      .replace('{id}', id)
      .replace('{teamId}', teamId)
      .replace('{userId}', user?.id ?? NO_ROW)
      .replace('{name}', 'whoami')
      .replace('{asset}', 'start.js');

  /** Calls an operation, by default with a key that has all scopes. */
  const call = (operation: DocumentedOperation, options: RequestOptions & Named = {}) => {
    const { id, teamId, query = '', ...rest } = options;
    const key = 'key' in rest ? rest.key : isPublic(operation) ? undefined : service.adminKey;
    return service.request(operation.method, urlOf(operation, id, teamId) + query, { ...rest, key });
  };

  /** Expects each answer to be documented, with this status and, for an error, this code. */
  const expectDocumented = (
    answers: [DocumentedOperation, Answer][],
    status: number,
    code?: keyof typeof ERROR_CODES,
  ) => {
    expect(answers.length).toBeGreaterThan(0);
    const seen = answers.map(([operation, answer]) => [
      operation.id,
      answer.status,
      ...(code ? [(answer.body.code ?? answer.body.error?.data?.code) as string] : []),
      contract.misfits(operation, answer),
    ]);
    expect(seen).toEqual(answers.map(([{ id }]) => [id, status, ...(code ? [code] : []), []]));
  };

  const each = async (
    chosen: DocumentedOperation[],
    options: (operation: DocumentedOperation) => RequestOptions,
  ): Promise<[DocumentedOperation, Answer][]> => {
    const answers: [DocumentedOperation, Answer][] = [];
    for (const operation of chosen) answers.push([operation, await call(operation, options(operation))]);
    return answers;
  };

  describe('as a document', () => {
    it('is valid OpenAPI 3.1, and all its references resolve', async () => {
      const validator = new Validator();
      const result = await validator.validate(structuredClone(contract.document));
      expect(result.errors).toBeUndefined();
      expect(result.valid).toBe(true);
      expect(validator.version).toBe('3.1');
      const references = [...JSON.stringify(contract.document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
      expect(references.length).toBeGreaterThan(50);
      for (const [, path] of references) {
        const target = path!.split('/').reduce<any>((at, name) => at?.[name], contract.document);
        expect([path, typeof target]).toEqual([path, 'object']);
      }
    });

    it('lists exactly the routes of the running service', () => {
      expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...routes].sort());
    });

    it('has a summary for every operation, and a body for every success but status 204, and 202 of /mcp', () => {
      for (const { id, operation } of operations) {
        expect(operation.summary).not.toBe(id);
        for (const [status, response] of Object.entries<any>(operation.responses)) {
          if (status < '300')
            expect([id, status, 'content' in response]).toEqual([
              id,
              status,
              status !== '204' && !(status === '202' && id === 'McpController.post'),
            ]);
        }
      }
    });

    it('requires a key, in either header, wherever the route does, and names its scopes', () => {
      expect(
        operations
          .filter(isPublic)
          .map(({ path }) => path)
          .sort(),
      ).toEqual([
        '/.well-known/oauth-protected-resource',
        '/.well-known/oauth-protected-resource/mcp',
        '/docs',
        '/docs/openapi.json',
        '/docs/{asset}',
        '/health',
        '/health/live',
        '/health/ready',
      ]);
      for (const documented of operations) {
        const scopes = scopesOf(documented);
        const { security, description } = documented.operation;
        expect(security).toEqual(scopes ? [{ bearer: scopes }, { apiKey: scopes }] : []);
        for (const scope of scopes ?? []) expect(description).toContain(`\`${scope}\``);
      }
      expect(scopesOf(named('DocumentsController.delete'))).toEqual(['documents:delete']);
      expect(scopesOf(named('MeController.describe'))).toEqual([]);
    });

    it('has an example for each body and each answer, and all of them fit their schemas', () => {
      let examples = 0;
      for (const { id, method, path, operation } of operations) {
        const bodies = [
          [['requestBody'], operation.requestBody],
          ...Object.entries(operation.responses).map(([status, answer]) => [['responses', status], answer]),
        ] as [string[], any][];
        for (const [at, body] of bodies) {
          for (const [type, media] of Object.entries<any>(body?.content ?? {})) {
            if (!media.schema) continue;
            const given: unknown[] = media.examples
              ? Object.keys(media.examples).map((code) => contract.document.components.examples[code].value)
              : [media.example];
            const where = ['paths', path, method.toLowerCase(), ...at, 'content', type, 'schema'];
            for (const example of given) {
              examples++;
              expect([id, at, example, contract.errors(where, example)]).toEqual([
                id,
                at,
                expect.anything(),
                [],
              ]);
            }
          }
        }
      }
      expect(examples).toBeGreaterThan(100);
    });

    it('describes requests as the DTOs validate them', () => {
      const { schemas } = contract.document.components;
      expect(schemas.CreateUserDto).toMatchObject({
        required: ['email', 'name'],
        additionalProperties: false,
        properties: {
          role: { enum: ['member', 'auditor', 'admin'] },
          requestsPerMinute: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
          isActive: { type: 'boolean' },
        },
      });
      expect(schemas.UpdateUserDto.required).toBeUndefined();
      expect(schemas.CreateApiKeyDto.properties).toMatchObject({
        scopes: { type: 'array', items: { type: 'string' }, uniqueItems: true },
        expiresAt: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
        ipAllowlist: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] },
        metadata: { type: 'object' },
        userId: { type: 'string', format: 'uuid' },
      });
      const { parameters } = named('AuditController.list').operation;
      expect(parameters).toContainEqual({
        name: 'outcome',
        in: 'query',
        required: false,
        schema: { type: 'string', enum: ['success', 'failure', 'denied', 'pending'] },
      });
    });
  });

  describe('agrees with the running service: a success', () => {
    const document = () =>
      service.request('POST', '/api/documents', {
        key: service.adminKey,
        body: { title: 'Travel', content: 'Trains' },
      });
    const share = (path: string, body: object) =>
      service.request('PUT', `/api/documents/${path}/shares/${sharedWith.id}`, {
        key: service.adminKey,
        body,
      });
    const shared = async () => {
      const id = (await document()).body.id as string;
      await share(id, { role: 'reader' });
      return { id, teamId: sharedWith.id };
    };
    const imported = async () => {
      const { id } = (await document()).body;
      await service.query(
        `INSERT INTO document_imports (document_id, owner_id, source, path)
         SELECT id, owner_id, 'handbook', id FROM documents WHERE id = $1`,
        [id],
      );
      return 'handbook';
    };
    const sharedSource = async () => {
      const source = await imported();
      await share('sources', { source, role: 'reader' });
      return source;
    };
    const session = async () => {
      const [row] = await service.query<{ id: string }>(
        `INSERT INTO sessions (expires_at, token, updated_at, user_id)
         SELECT now() + interval '1 hour', gen_random_uuid(), now(), id FROM users WHERE email = 'admin@localhost' RETURNING id`,
      );
      return row!.id;
    };
    const client = async () => {
      const made = await service.request('POST', '/api/oauth/clients', {
        key: service.adminKey,
        body: { name: 'Editor', redirectUris: ['https://client.example.com/callback'] },
      });
      return (made.body as { clientId: string }).clientId;
    };
    const grant = async () => {
      const [row] = await service.query<{ id: string }>(
        `INSERT INTO oauth_consents (id, client_id, user_id, reference_id, scopes, created_at, updated_at)
         SELECT gen_random_uuid(), $1, u.id, m.organization_id, '["documents:read"]', now(), now()
         FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.email = 'admin@localhost' RETURNING id`,
        [await client()],
      );
      return row!.id;
    };
    const verification = async (state = 'failed') => {
      await service.query(
        `UPDATE audit_verifications SET state = 'stopped' WHERE state IN ('queued', 'running')`,
      );
      const finding = { code: 'changed', message: 'It is not what was sealed.', time: null };
      const [row] = await service.query<{ id: string }>(
        `INSERT INTO audit_verifications (id, state, requested_by, ended_at, findings, counts, findings_count)
         SELECT gen_random_uuid(), $1, id, CASE WHEN $1 = 'failed' THEN now() END, $2, '{"changed": 1}', 1
         FROM users WHERE email = 'admin@localhost' RETURNING id`,
        [state, JSON.stringify([{ ...finding, nodeId: NO_ROW, nodeSeq: 7, rowId: NO_ROW }])],
      );
      return row!.id;
    };
    const invitation = async () => {
      const body = { email: 'withdrawn@example.com', name: 'Withdrawn' };
      const made = await service.request('POST', '/api/invitations', { key: service.adminKey, body });
      return made.body.id as string;
    };
    const connection = async () => {
      const body = { name: 'Example Inc.', domains: ['example.com'] };
      const made = await service.request('POST', '/api/scim/connections', { key: service.adminKey, body });
      return (made.body as { id: string }).id;
    };
    const provider = (domain: string) => ({
      kind: 'oidc',
      name: 'Example Inc.',
      domains: [domain],
      issuer: 'https://login.example.com',
      clientId: 'bouncer',
    });
    const ssoConnection = async (domain: string) => {
      const body = provider(domain);
      const made = await service.request('POST', '/api/sso/connections', { key: service.adminKey, body });
      return (made.body as { id: string }).id;
    };
    const team = async (): Promise<string> => {
      const body = { name: randomUUID() };
      const { id } = (await service.request('POST', '/api/teams', { key: service.adminKey, body })).body as {
        id: string;
      };
      await service.request('PUT', `/api/teams/${id}/members/${user.id}`, {
        key: service.adminKey,
        body: { role: 'member' },
      });
      return id;
    };
    const agent = async (withKey = false) =>
      (
        await service.request('POST', '/api/agents', {
          key: service.adminKey,
          body: { name: 'Reporter', scopes: ['documents:read'], withKey },
        })
      ).body as { id: string; key: { apiKey: string } };
    const organization = async (): Promise<string> => {
      const options = { key: service.adminKey };
      const made = await service.request('POST', '/api/organizations', {
        ...options,
        body: { name: 'Spec' },
      });
      return (made.body as { id: string }).id;
    };
    const withMembers = async (): Promise<string> => {
      const id = await organization();
      for (const [one, role] of [
        [await service.createUser(), 'owner'],
        [user, 'member'],
      ] as const)
        await service.request('PUT', `/api/organizations/${id}/members/${one.id}`, {
          key: service.adminKey,
          body: { role },
        });
      return id;
    };
    const rpc = (method: string) => ({ jsonrpc: '2.0', id: 1, method, params: {} });

    /** Has a valid request to each operation. */
    const scenarios: Record<string, () => Promise<[number, RequestOptions & Named]>> = {
      'ApiKeysController.create': async () => [
        201,
        { body: { name: 'Spec', ipAllowlist: ['::1'], metadata: { a: 1 } } },
      ],
      'ApiKeysController.list': async () => [200, {}],
      'ScimConnectionsController.list': async () => [200, { id: await connection() }],
      'ScimConnectionsController.create': async () => [
        201,
        { body: { name: 'Example Inc.', domains: ['example.com'] } },
      ],
      'ScimConnectionsController.remove': async () => [204, { id: await connection() }],
      'SsoConnectionsController.list': async () => [200, { id: await ssoConnection('listed.test') }],
      'SsoConnectionsController.create': async () => [201, { body: provider('made.test') }],
      'SsoConnectionsController.update': async () => [
        204,
        { id: await ssoConnection('renewed.test'), body: { clientSecret: 'another' } },
      ],
      'SsoConnectionsController.remove': async () => [204, { id: await ssoConnection('removed.test') }],
      'ApiKeysController.get': async () => [200, { id: (await service.createKey(user, ['read'])).id }],
      'ApiKeysController.update': async () => [
        200,
        { id: (await service.createKey(user, ['read'])).id, body: { enabled: false } },
      ],
      'ApiKeysController.rotate': async () => [
        201,
        { id: (await service.createKey(user, ['read'])).id, body: { gracePeriodSeconds: 60 } },
      ],
      'ApiKeysController.rotateAll': async () => {
        const owner = await service.createUser();
        return [201, { key: (await service.createKey(owner, ['keys:write'])).apiKey }];
      },
      'ApiKeysController.revoke': async () => [204, { id: (await service.createKey(user, ['read'])).id }],
      'AgentsController.list': async () => [200, { id: (await agent()).id }],
      'AgentsController.create': async () => [
        201,
        { body: { name: 'Reporter', scopes: ['documents:read'], withKey: true } },
      ],
      'AgentsController.get': async () => [200, { id: (await agent()).id }],
      'AgentsController.update': async () => [200, { id: (await agent()).id, body: { name: 'Renamed' } }],
      'AgentsController.rotate': async () => {
        const { id, key } = await agent(true);
        return [201, { id, key: key.apiKey, body: { gracePeriodSeconds: 60 } }];
      },
      'AgentsController.retire': async () => [204, { id: (await agent()).id }],
      'OrganizationsController.list': async () => [200, { id: await organization() }],
      'OrganizationsController.create': async () => [201, { body: { name: 'Contract' } }],
      'OrganizationsController.get': async () => [200, { id: await organization() }],
      'OrganizationsController.update': async () => [
        200,
        { id: await organization(), body: { name: 'Renamed' } },
      ],
      'OrganizationsController.remove': async () => [204, { id: await organization() }],
      'MembersController.list': async () => [200, { id: await withMembers() }],
      'MembersController.put': async () => [204, { id: await withMembers(), body: { role: 'auditor' } }],
      'MembersController.remove': async () => [204, { id: await withMembers() }],
      'TeamsController.list': async () => [200, { id: await team() }],
      'TeamsController.create': async () => [201, { body: { name: 'Contract' } }],
      'TeamsController.get': async () => [200, { id: await team() }],
      'TeamsController.update': async () => [200, { id: await team(), body: { name: 'Renamed' } }],
      'TeamsController.remove': async () => [204, { id: await team() }],
      'TeamMembersController.list': async () => [200, { id: await team() }],
      'TeamMembersController.put': async () => [204, { id: await team(), body: { role: 'maintainer' } }],
      'TeamMembersController.remove': async () => [204, { id: await team() }],
      'UsersController.create': async () => [
        201,
        { body: { email: 'contract@example.com', name: 'Contract' } },
      ],
      'UsersController.list': async () => [200, {}],
      'UsersController.get': async () => [200, { id: user.id }],
      'UsersController.update': async () => [200, { id: user.id, body: { requestsPerMinute: 1000 } }],
      'DocumentsController.create': async () => [201, { body: { title: 'Travel', content: 'Trains' } }],
      'DocumentsController.upload': async () => [
        201,
        {
          headers: { 'content-type': 'multipart/form-data; boundary=b' },
          body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n# Travel\r\n--b--\r\n',
        },
      ],
      'DocumentSharesController.shares': async () => [200, await shared()],
      'DocumentSharesController.share': async () => [
        200,
        { id: (await document()).body.id, teamId: sharedWith.id, body: { role: 'reader' } },
      ],
      'DocumentSharesController.unshare': async () => [204, await shared()],
      'SourceSharesController.list': async () => {
        await sharedSource();
        return [200, {}];
      },
      'SourceSharesController.share': async () => [
        200,
        { teamId: sharedWith.id, body: { source: await imported(), role: 'editor' } },
      ],
      'SourceSharesController.unshare': async () => [
        204,
        { teamId: sharedWith.id, query: `?source=${await sharedSource()}` },
      ],
      'DocumentsController.list': async () => [200, {}],
      'DocumentsController.search': async () => {
        await document();
        return [200, { body: { query: 'trains' } }];
      },
      'AssistantController.ask': async () => [200, { body: { question: 'Which trains are paid?' } }],
      'DocumentsController.get': async () => [200, { id: (await document()).body.id }],
      'DocumentsController.update': async () => [
        200,
        { id: (await document()).body.id, body: { filename: 'a.md' } },
      ],
      'DocumentsController.delete': async () => [204, { id: (await document()).body.id }],
      'SynonymsController.list': async () => [200, {}],
      'SynonymsController.replace': async () => [200, { body: { groups: [['trip', 'journey']] } }],
      'OverviewController.get': async () => [200, { query: '?window=7d' }],
      'SealsController.list': async () => [200, {}],
      'VerificationsController.begin': async () => {
        await verification();
        return [202, {}];
      },
      'VerificationsController.list': async () => {
        await verification();
        return [200, {}];
      },
      'VerificationsController.get': async () => [200, { id: await verification() }],
      'VerificationsController.stop': async () => [204, { id: await verification('running') }],
      'AuditController.list': async () => {
        await service.auditRows();
        return [200, {}];
      },
      'AuditController.get': async () => {
        await service.call(service.adminKey, 'whoami');
        await service.auditRows();
        const { events } = (await service.request('GET', '/api/audit?limit=1', { key: service.adminKey }))
          .body;
        return [200, { id: (events as { id: string }[])[0]!.id }];
      },
      'AuditExportController.export': async () => [200, {}],
      'AuditStreamController.stream': async () => {
        const streams = service.service.app.get(AuditStreamService, { strict: false });
        setTimeout(() => streams.end(), 300);
        return [200, {}];
      },
      'ToolLimitsController.list': async () => [200, {}],
      'ToolLimitsController.replace': async () => [204, { body: { perMinute: 1_000_000 } }],
      'MeController.describe': async () => [200, {}],
      'EffectiveController.effective': async () => [
        200,
        { id: (await service.createKey(user, ['read'])).id },
      ],
      'ApiKeyUsageController.usage': async () => [200, { id: (await service.createKey(user, ['read'])).id }],
      'ScopesController.list': async () => [200, {}],
      'ClientConfigController.get': async () => [200, {}],
      'HealthController.summary': async () => [200, {}],
      'HealthController.live': async () => [200, {}],
      'HealthController.ready': async () => [200, {}],
      'MetricsController.scrape': async () => [200, {}],
      'ToolsController.list': async () => [200, {}],
      'ToolsController.switch': async () => [200, { body: { enabled: true } }],
      'InvitationsController.create': async () => [
        201,
        { body: { email: 'guest@example.com', name: 'Guest' } },
      ],
      'InvitationsController.list': async () => [200, {}],
      'InvitationsController.revoke': async () => [204, { id: await invitation() }],
      'SessionsController.list': async () => {
        await session();
        return [200, {}];
      },
      'SessionsController.end': async () => [204, { id: await session() }],
      'SessionsController.endOthers': async () => [204, {}],
      'ClientsController.list': async () => {
        await client();
        return [200, {}];
      },
      'ClientsController.create': async () => [
        201,
        { body: { clientId: 'https://client.example.com/oauth/metadata.json' } },
      ],
      'ClientsController.get': async () => [200, { id: await client() }],
      'ClientsController.decide': async () => [204, { id: await client(), body: { state: 'blocked' } }],
      'ClientsController.remove': async () => [204, { id: await client() }],
      'GrantsController.list': async () => {
        await grant();
        return [200, {}];
      },
      'GrantsController.end': async () => [204, { id: await grant() }],
      'SecondFactorController.resetSecondFactor': async () => [204, { id: user.id }],
      'StoppedCallsController.get': async () => [200, {}],
      'StoppedCallsController.stop': async () => {
        const until = new Date(Date.now() + 1_000).toISOString();
        return [200, { body: { until } }];
      },
      'StoppedCallsController.resume': async () => [204, {}],
      'McpController.post': async () => [200, { body: rpc('tools/list') }],
      'McpController.get': async () => [405, {}],
      'McpController.delete': async () => [405, {}],
      'ResourceMetadataController.ofService': async () => [200, {}],
      'ResourceMetadataController.ofMcp': async () => [200, {}],
      'DocsController.page': async () => [200, {}],
      'DocsController.document': async () => [200, {}],
      'DocsController.asset': async () => [200, {}],
    };

    it('of every operation is as documented', async () => {
      expect(Object.keys(scenarios).sort()).toEqual(operations.map(({ id }) => id).sort());
      for (const operation of operations) {
        const [status, options] = await scenarios[operation.id]!();
        expectDocumented([[operation, await call(operation, options)]], status);
      }
    });

    it('has lists that are not empty', async () => {
      await document();
      await service.auditRows();
      for (const [path, plural] of [
        ['/api/mcp/keys', 'keys'],
        ['/api/users', 'users'],
        ['/api/documents', 'documents'],
        ['/api/audit', 'events'],
      ] as const) {
        const answer = await service.request('GET', `${path}?limit=2`, { key: service.adminKey });
        expect(answer.body[plural].length).toBeGreaterThan(0);
      }
    });

    it('follows from the examples of the bodies as well', async () => {
      const creations = [
        'UsersController.create',
        'DocumentsController.create',
        'DocumentsController.search',
      ];
      for (const id of creations) {
        const operation = named(id);
        const body = operation.operation.requestBody.content['application/json'].example;
        const answer = await call(operation, { body });
        expect([id, answer.status < 300, contract.misfits(operation, answer)]).toEqual([id, true, []]);
      }
    });

    it('of a notification on /mcp is as documented, and so is a refused Accept', async () => {
      const post = named('McpController.post');
      const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
      expectDocumented([[post, await call(post, { body: notification })]], 202);
      const headers = { accept: 'text/html' };
      expectDocumented([[post, await call(post, { headers, body: rpc('ping') })]], 406);
    });
  });

  describe('agrees with the running service on the error', () => {
    const withKey = () => operations.filter((operation) => !isPublic(operation));
    const withScopes = () => operations.filter((operation) => scopesOf(operation)?.length);
    const withId = () => operations.filter(({ path }) => path.includes('{id}'));
    const writing = () => operations.filter(({ method }) => method !== 'GET');
    const withBody = () =>
      operations.filter(({ operation }) => operation.requestBody?.content['application/json']?.schema.$ref);
    const withQuery = () =>
      operations.filter(({ operation }) =>
        operation.parameters.some((parameter: any) => parameter.in === 'query'),
      );

    it('401 without a key and with an invalid one, on every operation that requires one', async () => {
      expectDocumented(await each(withKey(), () => ({ key: undefined })), 401, 'missing_api_key');
      expectDocumented(await each(withKey(), () => ({ key: 'wrong' })), 401, 'invalid_api_key');
    });

    it('403 without the scope, on every operation that requires one', async () => {
      const reads = (await service.createKey(user, ['documents:read'])).apiKey;
      const deletes = (await service.createKey(user, ['documents:delete'])).apiKey;
      const answers = await each(withScopes(), (operation) => ({
        key: scopesOf(operation)!.includes('documents:read') ? deletes : reads,
      }));
      expect(answers.length).toBeGreaterThan(15);
      expectDocumented(answers, 403, 'insufficient_scope');
    });

    it('403 for an unknown Origin, on every operation that says something of this service', async () => {
      const headers = { origin: 'https://elsewhere.example' };
      const closed = operations.filter(({ path }) => !path.startsWith('/.well-known/'));
      expectDocumented(await each(closed, () => ({ headers })), 403, 'origin_not_allowed');
    });

    it('403 for a deactivated owner and for a wrong address, on every operation that requires a key', async () => {
      const gone = await service.createUser();
      const { apiKey } = await service.createKey(gone, ['read']);
      await service.request('PATCH', `/api/users/${gone.id}`, {
        key: service.adminKey,
        body: { isActive: false },
      });
      expectDocumented(await each(withKey(), () => ({ key: apiKey })), 403, 'account_inactive');
      const far = await service.createKey(user, ['read'], { ipAllowlist: ['192.0.2.1'] });
      expectDocumented(await each(withKey(), () => ({ key: far.apiKey })), 403, 'ip_not_allowed');
    });

    it('404 for an id that no row has, on every operation that takes one', async () => {
      const bodies: Record<string, unknown> = {
        'ApiKeysController.update': { name: 'x' },
        'ApiKeysController.rotate': {},
        'UsersController.update': { name: 'x' },
        'DocumentsController.update': { title: 'x' },
        'TeamsController.update': { name: 'x' },
        'OrganizationsController.update': { name: 'x' },
        'MembersController.put': { role: 'member' },
        'TeamMembersController.put': { role: 'member' },
        'DocumentSharesController.share': { role: 'reader' },
        'ClientsController.decide': { state: 'approved' },
      };
      expectDocumented(await each(withId(), ({ id }) => ({ body: bodies[id] })), 404, 'not_found');
    });

    it('400 for an unknown member or query parameter, on every operation that takes any', async () => {
      const body = { unknown: 1 };
      expectDocumented(await each(withBody(), () => ({ body })), 400, 'validation_failed');
      const answers: [DocumentedOperation, Answer][] = [];
      for (const operation of withQuery()) {
        const key = service.adminKey;
        answers.push([
          operation,
          await service.request(operation.method, `${urlOf(operation)}?unknown=1`, { key }),
        ]);
      }
      expectDocumented(answers, 400, 'validation_failed');
    });

    it('400 for broken JSON, on every operation except the one that answers in JSON-RPC', async () => {
      const rest = writing().filter(({ path }) => path !== '/mcp');
      expectDocumented(await each(rest, () => ({ body: '{"a":' })), 400, 'invalid_json');
      const post = named('McpController.post');
      expectDocumented([[post, await call(post, { body: '{"a":' })]], 400);
    });

    it('413 and 415 for a body that is too large or not JSON, on every operation that reads one', async () => {
      const body = JSON.stringify({ text: 'x'.repeat(BODY_LIMIT) });
      expectDocumented(await each(writing(), () => ({ body })), 413, 'payload_too_large');
      const headers = { 'content-type': 'text/xml' };
      expectDocumented(
        await each(writing(), () => ({ body: '<a/>', headers })),
        415,
        'unsupported_media_type',
      );
    });

    it('409 when the present state forbids the change', async () => {
      const create = named('UsersController.create');
      const taken = await call(create, { body: { email: user.email, name: 'Second' } });
      const rotate = named('ApiKeysController.rotate');
      const update = named('ApiKeysController.update');
      const { id } = await service.createKey(user, ['read']);
      await call(rotate, { id, body: {} });
      expectDocumented(
        [
          [create, taken],
          [rotate, await call(rotate, { id, body: {} })],
          [update, await call(update, { id, body: { name: 'x' } })],
        ],
        409,
        'conflict',
      );
    });

    it('429 on every operation that requires a key', async () => {
      const eager = await service.createUser({ requestsPerMinute: 1 });
      const { apiKey } = await service.createKey(eager, ['read']);
      await service.request('GET', '/api/me', { key: apiKey });
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
      const counted = withKey().filter(
        ({ id }) => !['McpController.get', 'McpController.delete'].includes(id),
      );
      expectDocumented(
        await each(counted, ({ id }) => ({ key: apiKey, ...(id === 'McpController.post' && { body }) })),
        429,
        'rate_limited',
      );
    });

    it('503 while PostgreSQL is unavailable', async () => {
      await takeAway(service.database.name);
      try {
        const reading = operations.filter(({ id }) =>
          /^(Documents|Users|ApiKeys|Audit)Controller\.list$/.test(id),
        );
        expectDocumented(await each(reading, () => ({})), 503, 'database_unavailable');
      } finally {
        await bringBack(service.database.name);
      }
    });

    it('503 of the readiness while the service stops', async () => {
      const health = service.service.app.get(HealthService, { strict: false });
      const ready = named('HealthController.ready');
      health.stop();
      expectDocumented([[ready, await call(ready)]], 503);
      health.open();
    });
  });
});
