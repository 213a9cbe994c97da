import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditStreamService } from '../audit/query/stream/audit-stream.service.js';
import type { Settings } from '../config/settings.js';
import type { OpenDatabase } from '../database/open-database.js';
import { HealthService } from '../health/health.service.js';
import type { Connections } from '../http/connections.js';
import { OpenStreams } from '../mcp/sdk/open-streams.js';

interface Parts {
  app: NestFastifyApplication;
  connections: Connections;
  database: OpenDatabase;
}

/**
 * Stops a service in the order that a load balancer needs: readiness goes off, requests are still answered for a while,
 * then the listener closes, streams end, the answers under way finish, and the audit is drained.
 */
export class ServiceStop {
  private stopping: Promise<void> | undefined;
  private endDelay: () => void = () => undefined;

  constructor(
    private readonly parts: Parts,
    private readonly settings: Settings['shutdown'],
  ) {}

  /** Stops the service. A second call ends the delay. */
  run(delayMs = this.settings.delayMs): Promise<void> {
    if (this.stopping) this.endDelay();
    return (this.stopping ??= this.stop(delayMs));
  }

  private async stop(delayMs: number): Promise<void> {
    const { app, connections, database } = this.parts;
    app.get(HealthService, { strict: false }).stop();
    connections.endKeepAlive();
    await this.delay(delayMs);
    const finished = connections.finish(app.getHttpServer(), this.settings.finishMs);
    app.get(AuditStreamService, { strict: false }).end();
    app.get(OpenStreams, { strict: false }).end();
    await finished;
    connections.close();
    await app.close();
    await database.close();
  }

  private delay(ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
