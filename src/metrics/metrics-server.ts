import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { validateHostHeader } from '@modelcontextprotocol/server';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import { type Settings, SettingsError } from '../config/settings.js';
import { Exposition, METRICS_TYPE } from './exposition.js';

/** How long a scrape may take to arrive. */
const RECEIVE_MS = 10_000;
const MAX_CONNECTIONS = 100;

/**
 * Serves `/metrics` without a key, on an address and port of its own: for a Prometheus on the same machine, or in a network that
 * only it reaches.
 */
@Injectable()
export class MetricsServer implements OnModuleDestroy {
  private readonly logger = new Logger(MetricsServer.name);
  private server: Server | undefined;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exposition: Exposition,
  ) {}

  /** Listens, where the settings name a port. @throws SettingsError where the system refuses it */
  async start(): Promise<void> {
    const { port, host } = this.settings.metrics;
    if (port === undefined) return;
    const server = createServer(
      { requestTimeout: RECEIVE_MS, headersTimeout: RECEIVE_MS },
      (request, response) => void this.answer(request, response),
    );
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', ({ code }: NodeJS.ErrnoException) =>
        reject(new SettingsError([{ name: 'METRICS_PORT', message: `cannot be listened on (${code})` }])),
      );
      // Otherwise a worker would share the port with the others.
      server.listen({ port, host, exclusive: true }, resolve);
    });
    this.server = server;
    this.logger.log(`Metrics are served at ${this.url!}`);
  }

  /** The address of the metrics; `undefined` while there is no server. */
  get url(): string | undefined {
    const address = this.server?.address();
    if (typeof address !== 'object' || address === null) return undefined;
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${host}:${address.port}/metrics`;
  }

  onModuleDestroy(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer({ method, url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { allowedHosts } = this.settings.metrics;
    if (allowedHosts && !validateHostHeader(headers.host, allowedHosts).ok)
      return void response.writeHead(403).end();
    if (url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end();
    if (method !== 'GET' && method !== 'HEAD')
      return void response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    try {
      const text = await this.exposition.text();
      response.writeHead(200, { 'Content-Type': METRICS_TYPE, 'Cache-Control': 'no-store' });
      response.end(method === 'HEAD' ? undefined : text);
    } catch (error) {
      this.logger.error(`A scrape failed: ${String(error)}`);
      response.writeHead(500).end();
    }
  }
}
