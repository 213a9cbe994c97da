import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServerFactory, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Injectable, Logger } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import {
  notificationHandlerOf,
  NotificationHandlers,
  type Subscriptions,
} from '../sdk/notification-handlers.js';
import { McpRegistry } from '../registry/mcp-registry.js';
import { ResourceUpdates } from '../registry/resource-updates.js';
import { SdkServers } from '../sdk/sdk-servers.js';
import { sendChange } from '../sdk/sessions.js';
import { StdioAdmission } from './stdio-admission.js';
import { StdioRequests } from './stdio-requests.js';
import { StdioTransport, type Wire } from './stdio-transport.js';

/** The time that running calls have to finish when the process is told to stop. */
const FINISH_MS = 8_000;
/** The bound for one connection. Its single client needs one subscription. */
const MAX_SUBSCRIPTIONS = 16;

export interface StdioConnection {
  /** Settles when the client has closed its side. */
  readonly ended: Promise<void>;
  /** Accepts no more requests, waits for the running calls, and closes. */
  close(): Promise<void>;
}

interface Served {
  server: Server;
  isSubscribed(uri: string): boolean;
}

/** Serves the registry to one client over a pair of streams, as `/mcp` does over HTTP. */
@Injectable()
export class StdioServer {
  private readonly logger = new Logger(StdioServer.name);

  constructor(
    private readonly admission: StdioAdmission,
    private readonly servers: SdkServers,
    private readonly registry: McpRegistry,
    private readonly updates: ResourceUpdates,
    private readonly handlers: NotificationHandlers,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  /** @throws ServiceError when the key is not valid; nothing is served then */
  async open(wire: Wire, key: string): Promise<StdioConnection> {
    const requests = new StdioRequests(key);
    const first = requests.keyCheck();
    const refusal = await this.admission.admit(first);
    if (refusal) throw refusal.error;
    const transport = new StdioTransport(wire, this.settings.mcp.bodyLimitBytes, (message) =>
      this.enter(requests.create(message)),
    );
    const gone = new AbortController();
    const subscribed: Subscriptions = new Map();
    let served: Served | undefined;
    const make: McpServerFactory = ({ era }) => {
      const server = this.servers.create({
        callerOf: ({ mcpReq }) => transport.requestOf(mcpReq.id),
        canNotify: true,
        subscribedBy: () => subscribed,
        disconnected: gone.signal,
      });
      // The SDK itself filters by the subscriptions of a client of the newest revision.
      served = { server, isSubscribed: (uri) => era === 'modern' || subscribed.has(uri) };
      return server;
    };
    const handle = serveStdio(make, {
      transport,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      onerror: (error) => this.logger.debug(error.message),
    });
    const notifyIfAllowed = (notice: (to: Served) => Promise<void>, uri?: string) =>
      void this.notifyIfAllowed(first, served, notice, uri);
    const changes = this.registry.changes.subscribe((kind) =>
      notifyIfAllowed(({ server }) => sendChange(server, kind)),
    );
    changes.add(
      this.updates.changes.subscribe(({ uri, userId }) => {
        if (userId === first.user!.userId && served?.isSubscribed(uri))
          notifyIfAllowed(({ server }) => server.sendResourceUpdated({ uri }), uri);
      }),
    );
    void transport.ended.then(() => gone.abort(new Error('The client has closed its side')));
    const close = async () => {
      await Promise.race([transport.finish(), sleep(FINISH_MS, undefined, { ref: false })]);
      gone.abort(new Error('The service is stopping'));
      changes.unsubscribe();
      await handle.close();
    };
    return { ended: transport.ended, close };
  }

  private async enter(request: CallerRequest) {
    return (await this.admission.admit(request)) ?? request;
  }

  /** Sends a notification only while the key still permits it, because a connection outlasts its requests. */
  private async notifyIfAllowed(
    request: CallerRequest,
    served: Served | undefined,
    notice: (to: Served) => Promise<void>,
    uri?: string,
  ): Promise<void> {
    try {
      if (served && (await this.handlers.mayReceive(notificationHandlerOf(request), uri)))
        await notice(served);
    } catch (error) {
      this.logger.debug(`A notification of a change could not be sent: ${String(error)}`);
    }
  }
}
