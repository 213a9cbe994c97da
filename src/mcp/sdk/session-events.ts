import { randomUUID } from 'node:crypto';
import type { EventStore } from '@modelcontextprotocol/server';
import { LRUCache } from 'lru-cache';

type Message = Parameters<EventStore['storeEvent']>[1];

/** Bounds the events that a session keeps for a client that reconnects. */
const MAX_EVENTS = 200;
const MAX_BYTES = 8 * 1024 * 1024;
/** The bound for all sessions together. */
const MAX_BYTES_OF_ALL = 64 * 1024 * 1024;

interface KeptEvent {
  session: SessionEvents;
  stream: string;
  message: Message;
  bytes: number;
}

/** Holds the events of all sessions by their ids, oldest first. */
export class AllSessionEvents {
  private readonly kept = new LRUCache<string, KeptEvent>({
    maxSize: MAX_BYTES_OF_ALL,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: ({ session }, id) => session.forget(id),
  });

  add(id: string, event: KeptEvent): void {
    this.kept.set(id, event);
  }

  delete(id: string): void {
    this.kept.delete(id);
  }
}

/** Keeps the recent events of a session, so that a client can resume a broken stream. */
export class SessionEvents implements EventStore {
  private readonly events = new Map<string, KeptEvent>();
  private bytes = 0;

  constructor(private readonly all: AllSessionEvents) {}

  async storeEvent(stream: string, message: Message): Promise<string> {
    const id = randomUUID();
    const bytes = Buffer.byteLength(JSON.stringify(message));
    const event: KeptEvent = { session: this, stream, message, bytes };
    this.events.set(id, event);
    this.bytes += bytes;
    this.all.add(id, event);
    while (this.events.size > 1 && (this.events.size > MAX_EVENTS || this.bytes > MAX_BYTES))
      this.drop(this.events.keys().next().value!);
    return id;
  }

  /** Forgets an event. It does nothing when the event is already forgotten. */
  forget(id: string): void {
    this.bytes -= this.events.get(id)?.bytes ?? 0;
    this.events.delete(id);
  }

  /** Drops all events when the session ends. */
  clear(): void {
    for (const id of this.events.keys()) this.drop(id);
  }

  private drop(id: string): void {
    this.forget(id);
    this.all.delete(id);
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.events.get(id)?.stream;
  }

  async replayEventsAfter(
    lastId: string,
    { send }: { send: (id: string, message: Message) => Promise<void> },
  ): Promise<string> {
    const stream = this.events.get(lastId)?.stream ?? '';
    let found = false;
    for (const [id, event] of this.events) {
      if (found && event.stream === stream && Object.keys(event.message).length > 0)
        await send(id, event.message);
      found ||= id === lastId;
    }
    return stream;
  }
}
