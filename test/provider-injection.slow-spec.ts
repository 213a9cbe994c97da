/** @ownModules TypeORM remembers its entity, and would miss the table of it in other files. */
import { Inject, Injectable, Module, type Type } from '@nestjs/common';
import {
  getEntityManagerToken,
  getRepositoryToken,
  InjectDataSource,
  InjectRepository,
  TypeOrmModule,
} from '@nestjs/typeorm';
import { Column, DataSource, Entity, type EntityManager, PrimaryColumn, type Repository } from 'typeorm';
import { CurrentCaller, Scopes } from '../src/access/access.decorators.js';
import type { Caller } from '../src/access/caller.js';
import { isOutOfReach } from '../src/access/out-of-reach.js';
import { ApiKey } from '../src/api-keys/api-key.entity.js';
import { ApiKeysService } from '../src/api-keys/api-keys.service.js';
import { KeyInspector } from '../src/api-keys/key-inspector.js';
import { KeyListService } from '../src/api-keys/listing/key-list.service.js';
import { AuditEvent } from '../src/audit/events/audit-event.entity.js';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { KeyUsageService } from '../src/audit/usage/key-usage.service.js';
import { IdentityModule } from '../src/identity/identity.module.js';
import { PasswordLinks } from '../src/identity/links/password-links.js';
import { Resource } from '../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { SharedSecrets } from '../src/shared-secrets/shared-secrets.js';
import { SharedSecretsModule } from '../src/shared-secrets/shared-secrets.module.js';
import { User } from '../src/users/user.entity.js';
import { UserAccounts } from '../src/users/user-accounts.js';
import { UsersModule } from '../src/users/users.module.js';
import { UsersService } from '../src/users/users.service.js';
import { TestService } from './support/test-service.js';

/** Is an entity of a project whose table has the name of one of this service's tables. */
@Entity('company_invoices')
class Invoice {
  @PrimaryColumn()
  id!: string;

  @Column()
  total!: number;
}

@Injectable()
class CompanyTools {
  constructor(@InjectRepository(Invoice) readonly invoices: Repository<Invoice>) {}

  @Tool({ name: 'invoice_table', description: 'The name of the table' })
  @Scopes('invoices:read')
  table() {
    return this.invoices.metadata.tableName;
  }
}

@Module({ imports: [TypeOrmModule.forFeature([Invoice])], providers: [CompanyTools] })
class CompanyModule {}

/** Makes a module with one tool whose provider is given what `token` stands for. */
function moduleWith(token: unknown, imports: Type[] = [], entity?: Type): Type {
  @Injectable()
  class GreedyTools {
    constructor(@Inject(token as string) readonly given: unknown) {}

    @Tool({ name: 'greedy', description: 'Takes what it is given' })
    @Scopes('greedy:read')
    run() {
      return 'ran';
    }
  }
  @Module({
    imports: [...imports, ...(entity ? [TypeOrmModule.forFeature([entity])] : [])],
    providers: [GreedyTools],
  })
  class GreedyModule {}
  return GreedyModule;
}

@Injectable()
class ServiceTools {
  constructor(
    private readonly users: UsersService,
    private readonly keys: ApiKeysService,
    private readonly keyList: KeyListService,
    private readonly inspector: KeyInspector,
  ) {}

  @Tool({ name: 'use_services', description: 'Reads what the caller may' })
  @Scopes('greedy:read')
  async run(@CurrentCaller() caller: Caller) {
    const codes: Record<string, unknown> = {};
    const attempts: Record<string, () => Promise<unknown>> = {
      users: () => this.users.list(caller, {}),
      user: () => this.users.get(caller, caller.userId),
      keys: () => this.keyList.page(caller, {}),
      key: () => this.keys.get(caller, caller.keyId!),
      inspected: () => this.inspector.callerBehind(caller, caller.keyId!),
    };
    for (const [name, attempt] of Object.entries(attempts))
      codes[name] = await attempt().then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
    return codes;
  }
}

@Module({ imports: [UsersModule], providers: [ServiceTools] })
class ServiceModule {}

describe('A dependency of a provider with tools', () => {
  const refused = async (module: Type, ...said: string[]) => {
    const outcome = await TestService.start({ modules: [module] }).catch((error: Error) => error.message);
    // A service that did start must not outlive its spec.
    if (typeof outcome !== 'string') await outcome.stop();
    expect(outcome).toEqual(expect.stringContaining('out of reach for handlers of agents'));
    for (const text of said) expect(outcome).toContain(text);
  };

  it.each([
    ['User', User],
    ['ApiKey', ApiKey],
    ['AuditEvent', AuditEvent],
  ])('cannot be the repository of %s: the service does not start', async (name, entity) => {
    await refused(
      moduleWith(getRepositoryToken(entity), [], entity),
      'GreedyTools',
      `Repository<${name}>`,
      'entity of your own',
    );
  });

  it.each([
    ['DataSource', DataSource],
    ['EntityManager', getEntityManagerToken()],
  ])('cannot be the %s, which reaches every table', async (name, token) => {
    await refused(moduleWith(token), 'GreedyTools', name, '@InjectRepository');
  });

  it.each([
    ['UserAccounts', UserAccounts, [UsersModule]],
    ['AuditWriter', AuditWriter, []],
    ['KeyUsageService', KeyUsageService, []],
    ['PasswordLinks', PasswordLinks, [IdentityModule]],
    ['SharedSecrets', SharedSecrets, [SharedSecretsModule]],
  ] as [string, Type, Type[]][])('cannot be %s, which requires no caller', async (name, token, imports) => {
    await refused(moduleWith(token, imports), name);
  });

  it('cannot be a repository by property injection, or for a resource', async () => {
    @Injectable()
    class PropertyResources {
      @InjectDataSource()
      readonly given!: DataSource;

      @Resource({ name: 'greedy', uri: 'greedy://all' })
      @Scopes('greedy:read')
      run() {
        return 'ran';
      }
    }
    @Module({ providers: [PropertyResources] })
    class PropertyModule {}
    await refused(PropertyModule, 'PropertyResources', 'DataSource');
  });

  it('cannot be a repository under another token', async () => {
    @Injectable()
    class RenamedTools {
      constructor(@Inject('accounts') readonly given: Repository<User>) {}

      @Tool({ name: 'greedy', description: 'Takes what it is given' })
      @Scopes('greedy:read')
      run() {
        return 'ran';
      }
    }
    const provider = {
      provide: 'accounts',
      inject: [getEntityManagerToken()],
      useFactory: (manager: EntityManager) => manager.getRepository(User),
    };
    @Module({ providers: [provider, RenamedTools] })
    class RenamedModule {}
    await refused(RenamedModule, 'RenamedTools', 'Repository<User>');
  });

  it('can be the repository of an entity of the project', async () => {
    const service = await TestService.start({ modules: [CompanyModule] });
    try {
      const { apiKey } = await service.createKey(await service.createUser(), ['invoices:read']);
      const answer = await service.call(apiKey, 'invoice_table');
      expect(answer.body.result.content[0].text).toBe('company_invoices');
    } finally {
      await service.stop();
    }
  });

  it('can be a service that gives no more than the caller is allowed', async () => {
    const service = await TestService.start({ modules: [ServiceModule] });
    try {
      const admin = await service.createUser({ role: 'admin' });
      const run = async (scopes: string[]) => {
        const { apiKey } = await service.createKey(admin, scopes);
        return (await service.call(apiKey, 'use_services')).body.result.structuredContent;
      };
      const [no, yes] = ['insufficient_scope', 'answered'];
      expect(await run(['greedy:read'])).toEqual({ users: no, user: no, keys: no, key: no, inspected: no });
      expect(await run(['greedy:read', 'users:read'])).toMatchObject({ users: yes, user: yes, keys: no });
      expect(await run(['greedy:read', 'keys:read'])).toMatchObject({
        users: no,
        keys: yes,
        key: yes,
        inspected: yes,
      });
    } finally {
      await service.stop();
    }
  });

  it('can be the repository of no table of this service except the documents', async () => {
    const service = await TestService.start();
    try {
      const reachable = service.service.app
        .get(DataSource, { strict: false })
        .entityMetadatas.filter(({ target }) => target !== Invoice && !isOutOfReach(target))
        .map(({ name }) => name);
      expect(reachable.sort()).toEqual(['Document', 'DocumentImport']);
    } finally {
      await service.stop();
    }
  });
});
