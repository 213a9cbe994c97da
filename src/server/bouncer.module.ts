import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { AuditStreamService } from '../audit/query/stream/audit-stream.service.js';
import type { SettingsCheck } from '../config/environment.js';
import { type Settings, settingsFromEnvironment } from '../config/settings.js';
import { tlsFileIssues } from '../config/tls-files.js';
import { type OpenDatabase, openDatabase } from '../database/open-database.js';
import { bootstrapKeyIssues } from '../first-admin/bootstrap-key.js';
import { FirstAdminService } from '../first-admin/first-admin.service.js';
import { welcome } from '../first-admin/welcome.js';
import { HealthService } from '../health/health.service.js';
import { MetricsServer } from '../metrics/metrics-server.js';
import { OpenStreams } from '../mcp/sdk/open-streams.js';
import { type BouncerConfig, resolveConfig } from './bouncer-config.js';
import { prepareApp } from './http-service.js';
import { prepareSchema } from './prepare-schema.js';

const EMBEDDED = Symbol.for('bouncer-mcp:embedded');

/** The application is the process, so that only it can run several. */
const workersIssues: SettingsCheck = ({ WORKERS = 1 }) =>
  WORKERS === 1
    ? []
    : [{ name: 'WORKERS', message: 'must be 1, because the service is a part of another application' }];

interface Embedded {
  settings: Settings;
  database: OpenDatabase;
}

/**
 * Embeds all of Bouncer in a Nest application on Fastify, beside the application's own modules. A route of the
 * application without `@Scopes`, `@Authenticated` or `@Public` is not checked; one that has one of them is checked as
 * Bouncer's routes are. Bouncer's validation pipe and its exception filter are global.
 *
 * @example
 * ```ts
 * @Module({ imports: [BouncerModule.forRoot({ modules: [InvoicesModule] }), ShopModule] })
 * class AppModule {}
 *
 * const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { bodyParser: false });
 * await BouncerModule.attach(app);
 * await app.listen(3000);
 * ```
 */
@Module({})
export class BouncerModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(EMBEDDED) private readonly embedded: Embedded,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * Reads the settings from the environment, opens the database and migrates it.
   *
   * @param folder the project's folder, which the paths of `config` are relative to
   */
  static async forRoot(config: BouncerConfig = {}, folder: string = process.cwd()): Promise<DynamicModule> {
    const loaded = resolveConfig(config, folder);
    const settings: Settings = {
      ...settingsFromEnvironment([bootstrapKeyIssues, tlsFileIssues, workersIssues], loaded),
      embedded: true,
    };
    const database = await openDatabase(settings);
    try {
      await prepareSchema(database, settings, loaded);
    } catch (error) {
      await database.close();
      throw error;
    }
    const embedded: Embedded = { settings, database };
    return {
      module: BouncerModule,
      imports: [AppModule.for(settings, database.url, loaded)],
      providers: [{ provide: EMBEDDED, useValue: embedded }],
    };
  }

  /**
   * Adds the checks of every request to the HTTP server, and initialises the application. Call it before `listen`.
   */
  static async attach(app: NestFastifyApplication): Promise<void> {
    const { settings } = app.get<Embedded>(EMBEDDED, { strict: false });
    await prepareApp(app, settings);
    await app.get(MetricsServer, { strict: false }).start();
    const firstAdmin = await app.get(FirstAdminService, { strict: false }).ensure();
    app.get(HealthService, { strict: false }).open();
    if (firstAdmin)
      process.stdout.write(welcome(firstAdmin, settings.publicUrl ?? `http://localhost:${settings.port}`));
  }

  /** Ends the streams, because they do not end by themselves and the server would wait for them. */
  beforeApplicationShutdown(): void {
    this.modules.get(HealthService, { strict: false }).stop();
    this.modules.get(AuditStreamService, { strict: false }).end();
    this.modules.get(OpenStreams, { strict: false }).end();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.embedded.database.close();
  }
}
