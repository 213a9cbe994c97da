import { type DynamicModule, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { ScopesGuard } from './access/scopes.guard.js';
import { AgentsModule } from './agents/agents.module.js';
import { AnomaliesModule } from './anomalies/anomalies.module.js';
import { ApiKeyGuard } from './api-keys/api-key.guard.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AssistantModule } from './assistant/assistant.module.js';
import { AuditSubjectGuard } from './audit/recording/audit-subject.guard.js';
import { AuditInterceptor } from './audit/recording/audit.interceptor.js';
import { AuditModule } from './audit/audit.module.js';
import { FirstAdminModule } from './first-admin/first-admin.module.js';
import { ClientConfigModule } from './client-config/client-config.module.js';
import { ConsoleModule } from './console/console.module.js';
import { SettingsModule } from './config/settings.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { CallStopsModule } from './call-stops/call-stops.module.js';
import { CoherenceModule } from './coherence/coherence.module.js';
import { StartMistakes } from './errors/start-mistakes.js';
import { HealthModule } from './health/health.module.js';
import { BodyGuard } from './http/body.guard.js';
import { OutputLedger } from './http/output-ledger.js';
import { IdentityModule } from './identity/identity.module.js';
import { JsonBodyGuard } from './http/json-body.guard.js';
import { ProblemFilter } from './http/problem.filter.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { CallAccessGuard } from './mcp/call/call-access.guard.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { McpModule } from './mcp/mcp.module.js';
import { MeModule } from './me/me.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { UserThrottlerGuard } from './rate-limit/user-throttler.guard.js';
import { ScopesModule } from './scope-guide/scopes.module.js';
import type { LoadedConfig } from './server/bouncer-config.js';
import { SharedSecretsModule } from './shared-secrets/shared-secrets.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { ToolLimitsModule } from './tool-limits/tool-limits.module.js';
import { UsersModule } from './users/users.module.js';
import { RestValidationPipe } from './validation/rest-validation.pipe.js';

/** Joins all modules. The global guards and interceptors run in the order in which they stand here. */
@Module({})
export class AppModule implements OnApplicationBootstrap {
  constructor(private readonly mistakes: StartMistakes) {}

  /** Behind the same hook of all modules that it imports, which find the mistakes. */
  onApplicationBootstrap(): void {
    this.mistakes.assertNone();
  }

  static for(settings: Settings, databaseUrl: string, config: LoadedConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.for(settings),
        DatabaseModule.at(databaseUrl, config.entities),
        MetricsModule,
        CoherenceModule,
        SharedSecretsModule,
        AccessModule,
        RateLimitModule,
        AuditModule,
        IdempotencyModule,
        OrganizationsModule,
        UsersModule,
        TeamsModule,
        OAuthModule,
        IdentityModule,
        ApiKeysModule,
        AgentsModule,
        AnomaliesModule,
        McpModule,
        CallStopsModule,
        ToolLimitsModule,
        MeModule,
        ScopesModule,
        ClientConfigModule,
        ...(config.documents ? [DocumentsModule, AssistantModule] : []),
        HealthModule,
        OverviewModule,
        ConsoleModule,
        OpenApiModule,
        FirstAdminModule,
        ...config.modules,
      ],
      providers: [
        OutputLedger,
        { provide: APP_GUARD, useExisting: AuditSubjectGuard },
        { provide: APP_GUARD, useExisting: ApiKeyGuard },
        { provide: APP_GUARD, useClass: BodyGuard },
        { provide: APP_GUARD, useExisting: UserThrottlerGuard },
        { provide: APP_GUARD, useExisting: ScopesGuard },
        { provide: APP_GUARD, useExisting: CallAccessGuard },
        { provide: APP_GUARD, useClass: JsonBodyGuard },
        { provide: APP_INTERCEPTOR, useExisting: AuditInterceptor },
        { provide: APP_PIPE, useClass: RestValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
