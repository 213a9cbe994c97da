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
  /** The URIs that the client subscribed to. A subscription is valid while its subscriber may read the resource. */
  subscribed: Subscriptions;
  /**
   * The scopes of all keys that made requests in this session, as they were at that time. The events of the session
   * are answers to those keys.
   */
  usedScopes: Set<string>;
  /** The caller who opened the session's stream, if it is open. */
  listener: NotificationHandler | undefined;
  /** The notifications in progress, sent one after the other. */
  notifications: Promise<void>;
  /** The URIs with a notification that is not sent yet. */
  pendingUpdates: Set<string>;
}

/** The time after which a client should reconnect a broken stream. */
const RETRY_MS = 1_000;

/** The bound for all users together. */
const MAX_SESSIONS = 10_000;

/**
 * Keeps the sessions that older revisions need for questions in the middle of a call. A session belongs to the user
 * whose key began it. Each of its requests is authenticated like any other.
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

  /** Returns whether the request belongs to a session or begins one. */
  isSessionRequest(request: CallerRequest, body: unknown): boolean {
    if (this.perUser === 0) return false;
    return (
      request.headers['mcp-session-id'] !== undefined || (isObject(body) && body.method === 'initialize')
    );
  }

  /** Returns the caller's session, and nothing for an unknown session or another user's. */
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

  /**
   * Sends an update. A subscription outlasts its request, so it is removed when the subscriber may no longer read the
   * resource.
   */
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

  /** Closes the least recently used sessions of a user beyond the maximum. */
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
 * Allows a key to resume a broken stream only if it has all scopes that the session's keys had when they called: the
 * events were authorized for those keys, and replaying them runs no handler and no guard.
 * @throws ServiceError `insufficient_scope`
 */
export function assertMayResume({ usedScopes }: Session, { scopes }: Caller): void {
  const missing = scopes.missing([...usedScopes].sort());
  if (missing.length > 0) throw insufficientScope(missing);
}

/** Notifies the client of a server that the lists of a kind have changed. */
export async function sendChange(server: Server, kind: PrimitiveKind): Promise<void> {
  if (kind === 'tool') await server.sendToolListChanged();
  else if (kind === 'prompt') await server.sendPromptListChanged();
  else if (kind !== 'completion') await server.sendResourceListChanged();
}

/**
 * Queues a notification in the order of the changes. It is dropped when the session closes meanwhile or the database
 * is unavailable.
 */
function enqueueNotification(session: Session, notice: () => Promise<void>): void {
  session.notifications = session.notifications.then(notice).catch(() => undefined);
}
