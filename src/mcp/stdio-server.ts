import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Injectable, Logger } from '@nestjs/common';
import { CallerCheck } from '../access/caller-check.js';
import type { CallerRequest } from '../access/caller.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { McpRegistry } from './mcp-registry.js';
import type { PrimitiveKind } from './primitive.js';
import { SdkServers } from './sdk-servers.js';
import { StdioAdmission } from './stdio-admission.js';
import { StdioRequests } from './stdio-requests.js';
import { StdioTransport, type Wire } from './stdio-transport.js';

/** How long the calls under way may take once the process is told to stop. */
const FINISH_MS = 8_000;
/** Of one connection, which has one client: it needs one. */
const MAX_SUBSCRIPTIONS = 16;

export interface StdioConnection {
  /** Settles when the client has closed its side. */
  readonly ended: Promise<void>;
  /** Takes nothing more, lets the calls under way end, and closes. */
  close(): Promise<void>;
}

/** Serves the registry to one client over a pair of streams, as `/mcp` does over HTTP. */
@Injectable()
export class StdioServer {
  private readonly logger = new Logger(StdioServer.name);

  constructor(
    private readonly admission: StdioAdmission,
    private readonly servers: SdkServers,
    private readonly registry: McpRegistry,
    private readonly callers: CallerCheck,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  /** @throws ServiceError where the key is of no use: nothing is served then */
  async open(wire: Wire, key: string): Promise<StdioConnection> {
    const requests = new StdioRequests(key);
    const first = requests.first();
    const refusal = await this.admission.admit(first);
    if (refusal) throw refusal.error;
    const transport = new StdioTransport(wire, this.settings.bodyLimitBytes, (message) =>
      this.enter(requests.of(message)),
    );
    const gone = new AbortController();
    let server: Server | undefined;
    const make = () =>
      (server = this.servers.make(({ mcpReq }) => transport.requestOf(mcpReq.id), gone.signal));
    const handle = serveStdio(make, {
      transport,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      onerror: (error) => this.logger.debug(error.message),
    });
    const changes = this.registry.changes.subscribe((kind) => void this.announce(kind, first, server));
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

  /** A connection outlasts its requests: what it is told of unasked, it is told only while its key is good. */
  private async announce(
    kind: PrimitiveKind,
    { user, ip }: CallerRequest,
    server: Server | undefined,
  ): Promise<void> {
    try {
      if (!server || !(await this.callers.recheck(user!, ip))) return;
      if (kind === 'tool') await server.sendToolListChanged();
      else if (kind === 'prompt') await server.sendPromptListChanged();
      else if (kind !== 'completion') await server.sendResourceListChanged();
    } catch (error) {
      this.logger.debug(`A change of the lists was not told: ${String(error)}`);
    }
  }
}
