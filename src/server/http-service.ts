import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { newId } from '../common/new-id.js';
import { AppModule } from '../app.module.js';
import { assertBootstrapKey } from '../first-admin/bootstrap-key.js';
import { type FirstAdmin, FirstAdminService } from '../first-admin/first-admin.service.js';
import { serviceUrl } from '../config/service-url.js';
import { type Settings, SettingsError } from '../config/settings.js';
import { Coherence } from '../coherence/coherence.js';
import { ConsoleRoutes } from '../console/console-routes.js';
import { type OpenDatabase, openDatabase } from '../database/open-database.js';
import { OpenApiDocument } from '../openapi/openapi-document.js';
import { AuthRoutes } from '../identity/http/auth-routes.js';
import { ScimRoutes } from '../identity/scim/scim-routes.js';
import { HealthService } from '../health/health.service.js';
import { KeylessLimiter } from '../rate-limit/keyless.limiter.js';
import { MCP_PATH } from '../mcp/protocol/request-body.js';
import { MetricsServer } from '../metrics/metrics-server.js';
import { addBodyParser } from '../http/body-parser.js';
import { Connections } from '../http/connections.js';
import { withForwardedAddresses } from '../http/forwarded-addresses.js';
import { addGate, unroutableAnswer } from '../http/gate.js';
import { KnownMethods } from '../http/known-methods.js';
import { OutputLedger } from '../http/output-ledger.js';
import { addOutputLimits } from '../http/output-limits.js';
import { sendProblem } from '../http/problem.js';
import { serviceLogger } from '../http/service-logger.js';
import { toServiceError } from '../http/to-service-error.js';
import { defaultConfig, type LoadedConfig } from './bouncer-config.js';
import { explainStart } from './explain-start.js';
import { prepareSchema } from './prepare-schema.js';
import { ServiceStop } from './service-stop.js';

/** The time that a client has to send a request. */
const RECEIVE_MS = 60_000;
/** The time that a connection may be idle. */
const KEEP_ALIVE_MS = 72_000;

export interface RunningService {
  app: NestFastifyApplication;
  /** The address that clients use, without a trailing slash. */
  url: string;
  firstAdmin: FirstAdmin | undefined;
  /**
   * Stops accepting requests, finishes those in progress, drains the audit and closes the database. A second call ends
   * the delay.
   * @param delayMs how long requests are still accepted; by default as the settings say
   */
  stop(delayMs?: number): Promise<void>;
}

/**
 * Starts the service: PostgreSQL (an embedded one unless a setting names another), migrations, HTTP and the first
 * admin.
 * @param config the project's additions
 */
export async function startService(
  settings: Settings,
  config: LoadedConfig = defaultConfig(),
): Promise<RunningService> {
  assertBootstrapKey(settings);
  const database = await openDatabase(settings);
  try {
    await prepareSchema(database, settings, config);
  } catch (error) {
    await database.close();
    throw error;
  }
  return serveDatabase(database, settings, config);
}

/**
 * Serves over HTTP on a database with an up-to-date schema, which is closed when the service stops or does not start.
 * @param ensureAdmin is called once requests are accepted, and makes the first admin where this process has to
 */
export async function serveDatabase(
  database: OpenDatabase,
  settings: Settings,
  config: LoadedConfig,
  ensureAdmin = (admins: FirstAdminService) => admins.ensure(),
): Promise<RunningService> {
  const connections = new Connections(settings.output.stallMs);
  let app: NestFastifyApplication | undefined;
  try {
    app = await createApp(settings, database.url, config, connections);
    await app.listen(settings.port, settings.host);
    await app.get(MetricsServer, { strict: false }).start();
    // A key that is shown only once must not be made by a start that fails, so this comes after listening.
    const firstAdmin = await ensureAdmin(app.get(FirstAdminService, { strict: false }));
    app.get(HealthService, { strict: false }).open();
    const stopping = new ServiceStop({ app, connections, database }, settings.shutdown);
    return {
      app,
      url: serviceUrl(settings, app.getHttpServer()),
      firstAdmin,
      stop: (delayMs) => stopping.run(delayMs),
    };
  } catch (error) {
    connections.close();
    await app?.close().catch(() => undefined);
    await database.close();
    throw await explainStart(error, settings, config);
  }
}

async function createApp(
  settings: Settings,
  databaseUrl: string,
  config: LoadedConfig,
  connections: Connections,
): Promise<NestFastifyApplication> {
  const { trustProxy, tls } = settings;
  const pem = tls && { cert: pemFile('TLS_CERT_FILE', tls.cert), key: pemFile('TLS_KEY_FILE', tls.key) };
  const adapter = new FastifyAdapter({
    genReqId: newId,
    exposeHeadRoutes: false,
    // The id of an OAuth client may be an address.
    routerOptions: { maxParamLength: 2_000 },
    frameworkErrors: unroutableAnswer(settings),
    ...(trustProxy && { trustProxy }),
    serverFactory: (handler: RequestListener) =>
      connections.server(trustProxy ? withForwardedAddresses(handler) : handler, {
        requestTimeout: RECEIVE_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        tls: pem,
      }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(settings, databaseUrl, config),
    adapter,
    {
      bodyParser: false,
      abortOnError: false,
      logger: serviceLogger(settings),
    },
  );
  try {
    await prepareApp(app, settings);
    return app;
  } catch (error) {
    // Closing releases connections, timers and the lock of the audit's node.
    await app.close().catch(() => undefined);
    throw error;
  }
}

/** Adds the checks of every request, and initialises the application with all its routes. */
export async function prepareApp(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const methods = new KnownMethods(fastify, answeredMethods(settings));
  addGate(fastify, settings, { keyless: app.get(KeylessLimiter, { strict: false }), methods });
  addBodyParser(fastify);
  addOutputLimits(fastify, app.get(OutputLedger, { strict: false }));
  const sendError = (reply: FastifyReply, error: unknown, requestId: string) =>
    sendProblem(reply, toServiceError(error), requestId);
  app.get(AuthRoutes, { strict: false }).addTo(fastify, sendError, toServiceError);
  app.get(ConsoleRoutes, { strict: false }).addTo(fastify, sendError);
  app.get(ScimRoutes, { strict: false }).addTo(fastify);
  await app.init();
  await app.get(Coherence, { strict: false }).join();
  app.get(OpenApiDocument, { strict: false }).setApplication(app);
}

/** Hides GET and DELETE of the endpoint from `Allow` while sessions are off, because they then only answer 405. */
const answeredMethods = ({ mcp }: Settings): ReadonlyMap<string, readonly string[]> =>
  new Map(mcp.sessionsPerUser === 0 ? [[MCP_PATH, ['POST']]] : []);

function pemFile(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SettingsError([{ name, message: `cannot be read (${(error as NodeJS.ErrnoException).code})` }]);
  }
}
