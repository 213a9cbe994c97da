import { randomUUID } from 'node:crypto';
import { type Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { insufficientScope } from '../../access/access-policy.js';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import {
  type NotificationHandler,
  NotificationHandlers,
  type Subscriptions,
} from './notification-handlers.js';
import { isObject } from '../protocol/request-body.js';
import type { PrimitiveKind } from '../definitions/primitive.js';
import type { ResourceUpdate } from '../registry/resource-updates.js';
import { AllSessionEvents, SessionEvents } from './session-events.js';

export interface Session {
  id: string;
  userId: string;
  transport: WebStandardStreamableHTTPServerTransport;
  server: Server;
  events: SessionEvents;
  /** The URIs of which the client hears when they change, as long as who subscribed may read them. */
  subscribed: Subscriptions;
  /** The scopes of all keys that made its requests, as they were then: what it has sent was answered to them. */
  usedScopes: Set<string>;
  /** Who has opened the stream on which the client hears, where that was done. */
  listener: NotificationHandler | undefined;
  /** What is told, one after the other. */
  notifications: Promise<void>;
  /** The URIs whose change is still to be told. */
  pendingUpdates: Set<string>;
}

/** When a client whose stream broke off should come back. */
const RETRY_MS = 1_000;

/** Of all users together. */
const MAX_SESSIONS = 10_000;

/**
 * What older revisions need to be asked something in the middle of a call: a connection that the service remembers.
 * A session belongs to the user whose key began it; each of its requests brings a key like any other.
 */
@Injectable()
export class Sessions implements OnModuleDestroy {
  private readonly perUser: number;
  private readonly open: LRUCache<string, Session>;
  private readonly events = new AllSessionEvents();

  constructor(
    @InjectSettings() { mcp }: Settings,
    private readonly handlers: NotificationHandlers,
  ) {
    this.perUser = mcp.sessionsPerUser;
    this.open = new LRUCache({
      max: MAX_SESSIONS,
      ttl: mcp.sessionMs,
      ttlAutopurge: mcp.sessionsPerUser > 0,
      dispose: ({ transport, events }) => {
        events.clear();
        void transport.close();
      },
    });
  }

  /** Whether the request names a session, or begins one. */
  isSessionRequest(request: CallerRequest, body: unknown): boolean {
    if (this.perUser === 0) return false;
    return (
      request.headers['mcp-session-id'] !== undefined || (isObject(body) && body.method === 'initialize')
    );
  }

  /** The caller's own; nothing for an unknown one and for somebody else's, alike. */
  find({ headers, user }: CallerRequest): Session | undefined {
    const session = this.open.get(String(headers['mcp-session-id']), { updateAgeOnGet: false });
    return session?.userId === user!.userId ? session : undefined;
  }

  async begin({ user }: CallerRequest, server: Server): Promise<WebStandardStreamableHTTPServerTransport> {
    const { userId } = user!;
    const events = new SessionEvents(this.events);
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: events,
      retryInterval: RETRY_MS,
      onsessioninitialized: (id) => {
        this.makeRoom(userId);
        this.open.set(id, {
          id,
          userId,
          transport,
          server,
          events,
          subscribed: new Map(),
          usedScopes: new Set(user!.scopes.scopes),
          listener: undefined,
          notifications: Promise.resolve(),
          pendingUpdates: new Set(),
        });
      },
      onsessionclosed: (id) => void this.open.delete(id),
    });
    await server.connect(transport);
    return transport;
  }

  announce(kind: PrimitiveKind): void {
    for (const session of this.open.values())
      enqueueNotification(session, () => sendChange(session.server, kind));
  }

  updated({ uri, userId }: ResourceUpdate): void {
    for (const session of this.open.values()) {
      if (session.userId !== userId || !session.subscribed.has(uri) || session.pendingUpdates.has(uri))
        continue;
      session.pendingUpdates.add(uri);
      enqueueNotification(session, () => this.sendUpdate(session, uri));
    }
  }

  /** A subscription outlasts its request: it ends where who subscribed may not read the resource any more. */
  private async sendUpdate(session: Session, uri: string): Promise<void> {
    session.pendingUpdates.delete(uri);
    const subscriber = session.subscribed.get(uri);
    if (!subscriber) return;
    if (!(await this.handlers.mayReceive(subscriber, uri))) {
      if (session.subscribed.get(uri) === subscriber) session.subscribed.delete(uri);
      return;
    }
    const { listener } = session;
    const isAnother = listener !== undefined && listener.caller.keyId !== subscriber.caller.keyId;
    if (isAnother && !(await this.handlers.mayReceive(listener, uri))) return;
    if (session.subscribed.has(uri)) await session.server.sendResourceUpdated({ uri });
  }

  /** Of a user's sessions, those that were least used of late go. */
  private makeRoom(userId: string): void {
    const own: Session[] = [];
    for (const session of this.open.rvalues()) if (session?.userId === userId) own.push(session);
    for (const { id } of own.slice(0, Math.max(0, own.length + 1 - this.perUser))) this.open.delete(id);
  }

  onModuleDestroy(): void {
    this.open.clear();
  }
}

/**
 * A stream that broke off is taken up again by whoever may do all that the keys of the session could when they called: what is sent
 * again was decided for them, and no handler runs for it.
 * @throws insufficientScope
 */
export function assertMayResume({ usedScopes }: Session, { scopes }: Caller): void {
  const missing = scopes.missing([...usedScopes].sort());
  if (missing.length > 0) throw insufficientScope(missing);
}

/** Tells the client of a server that the lists of a kind have changed. */
export async function sendChange(server: Server, kind: PrimitiveKind): Promise<void> {
  if (kind === 'tool') await server.sendToolListChanged();
  else if (kind === 'prompt') await server.sendPromptListChanged();
  else if (kind !== 'completion') await server.sendResourceListChanged();
}

/** In the order of the changes. Where the session is closed meanwhile, or the database is away, it is not told. */
function enqueueNotification(session: Session, notice: () => Promise<void>): void {
  session.notifications = session.notifications.then(notice).catch(() => undefined);
}
