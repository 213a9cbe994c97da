import { type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { isAcceptedKey } from '../api-keys/key-format.js';
import { Coherence } from '../coherence/coherence.js';
import { type Settings, SettingsError } from '../config/settings.js';
import { joinDatabase } from '../database/open-database.js';
import { ServiceError } from '../errors/service-error.js';
import { serviceLogger } from '../http/service-logger.js';
import { StdioServer } from '../mcp/stdio/stdio-server.js';
import type { Wire } from '../mcp/stdio/stdio-transport.js';
import { defaultConfig, type LoadedConfig } from './bouncer-config.js';
import { explainStart } from './explain-start.js';
import { prepareSchema } from './prepare-schema.js';

export interface StdioService {
  app: INestApplicationContext;
  /** Resolves when the client has closed its side. */
  ended: Promise<void>;
  /** Accepts no more messages, finishes those in progress, drains the audit and closes the database. */
  stop(): Promise<void>;
}

/**
 * Serves one local client over a pair of streams with the key of MCP_STDIO_KEY, without opening a port. The database
 * is that of DATABASE_URL, that of a service on the same data folder, or an embedded one that is started.
 * @param config the project's additions
 * @throws SettingsError, or ServiceError when the key is not valid
 */
export async function startStdio(
  settings: Settings,
  wire: Wire,
  config: LoadedConfig = defaultConfig(),
): Promise<StdioService> {
  const key = keyOf(settings);
  Logger.overrideLogger(serviceLogger(settings));
  const database = await joinDatabase(settings);
  let app: INestApplicationContext | undefined;
  try {
    await prepareSchema(database, settings, config);
    app = await NestFactory.createApplicationContext(
      AppModule.for(withoutKeyCache(settings), database.url, config),
      {
        logger: serviceLogger(settings),
        abortOnError: false,
      },
    );
    const running = app;
    await running.get(Coherence, { strict: false }).follow();
    const connection = await running
      .get(StdioServer, { strict: false })
      .open(wire, key)
      .catch((error: unknown) => Promise.reject(explainKeyError(error)));
    const stop = async () => {
      await connection.close();
      await running.close();
      await database.close();
    };
    return { app, ended: connection.ended, stop };
  } catch (error) {
    await app?.close().catch(() => undefined);
    await database.close();
    throw await explainStart(error, settings, config);
  }
}

/**
 * Reads the key again for each request, so that a change by another process applies to the next one. One client makes
 * few requests, so the queries cost little. Such a process trusts nothing that a writer would have to wait for.
 */
const withoutKeyCache = (settings: Settings): Settings => ({
  ...settings,
  apiKeys: { ...settings.apiKeys, maxAgeMs: 0 },
  coherence: { ...settings.coherence, mode: 'single' },
});

/** Checks the key's format before anything starts. @throws SettingsError */
function keyOf({ mcp: { stdioKey }, apiKeys }: Settings): string {
  if (stdioKey !== undefined && isAcceptedKey(stdioKey, apiKeys)) return stdioKey;
  const message =
    stdioKey === undefined ? 'must be the API key to serve with' : 'is not a well-formed API key';
  throw new SettingsError([{ name: 'MCP_STDIO_KEY', message: `${message}; ${KEY_HINT}` }]);
}

const KEY_HINT = 'the first start of the service (npm start) shows one, POST /api/mcp/keys makes one';

function explainKeyError(error: unknown): unknown {
  if (!(error instanceof ServiceError) || ![401, 403].includes(error.status)) return error;
  const hint = error.code === 'invalid_api_key' ? `; ${KEY_HINT}` : '';
  return new Error(`MCP_STDIO_KEY: ${error.message}${hint}`, { cause: error });
}
