import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { EntitySchema } from 'typeorm';
import { OrganizationCheck } from './organization/organization-check.js';
import { OrganizationData } from './organization/organization-data.js';
import { NONE, ORGANIZATION_SETTING } from './organization/organization-setting.js';
import { PoolMetrics } from './pool.metrics.js';
import { withSessionSettings } from './session-settings.js';

/** Provides the connection pool. Each module adds its own entities with `TypeOrmModule.forFeature`. */
@Module({})
export class DatabaseModule {
  /** @param entities the entities that no module registers */
  static at(url: string, entities: readonly (Type | EntitySchema)[]): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [PoolMetrics, OrganizationData, OrganizationCheck],
      exports: [OrganizationData],
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url,
          entities: [...entities],
          autoLoadEntities: true,
          synchronize: false,
          retryAttempts: 1,
          poolSize: 16,
          connectTimeoutMS: 5_000,
          // A statement that hangs must not occupy a caller and a pool connection for ever.
          extra: withSessionSettings({
            statement_timeout: '30s',
            idle_in_transaction_session_timeout: '60s',
            // Who forgets to name the organisation gets nothing, rather than the rows of the default one.
            [ORGANIZATION_SETTING]: NONE,
          }),
        }),
      ],
    };
  }
}
