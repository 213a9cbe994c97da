import { createMcpHandler, type McpHttpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import { LRUCache } from 'lru-cache';
import { MCP_STREAMS } from './open-streams.js';
import type { PrimitiveKind } from '../definitions/primitive.js';
import type { ResourceUpdate } from '../registry/resource-updates.js';

/**
 * Serves subscriptions to changes (`subscriptions/listen`, MCP 2026-07-28). The SDK sends a change to all streams of
 * a handler, so each user has a handler of its own: nobody is notified of another user's resources.
 */
export class ChangeSubscriptions {
  private readonly handlers = new LRUCache<string, McpHttpHandler>({
    max: MCP_STREAMS.total,
    dispose: (handler) => void handler.close(),
  });

  constructor(private readonly factory: McpServerFactory) {}

  serve(userId: string, request: Request, parsedBody: unknown): Promise<Response> {
    let handler = this.handlers.get(userId);
    if (!handler) this.handlers.set(userId, (handler = createMcpHandler(this.factory)));
    return handler.fetch(request, { parsedBody });
  }

  announce(kind: PrimitiveKind): void {
    for (const handler of this.handlers.values()) announceTo(handler.notify, kind);
  }

  updated({ uri, userId }: ResourceUpdate): void {
    this.handlers.peek(userId)?.notify.resourceUpdated(uri);
  }

  close(): void {
    this.handlers.clear();
  }
}

function announceTo(notify: McpHttpHandler['notify'], kind: PrimitiveKind): void {
  if (kind === 'tool') notify.toolsChanged();
  else if (kind === 'prompt') notify.promptsChanged();
  else if (kind !== 'completion') notify.resourcesChanged();
}
