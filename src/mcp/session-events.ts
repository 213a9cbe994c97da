import { randomUUID } from 'node:crypto';
import type { EventStore } from '@modelcontextprotocol/server';

type Message = Parameters<EventStore['storeEvent']>[1];

/** How much a session keeps for a client that comes back. */
const MAX_EVENTS = 200;
const MAX_BYTES = 8 * 1024 * 1024;

interface KeptEvent {
  stream: string;
  message: Message;
  bytes: number;
}

/** What a session has sent of late, so that a stream that broke off can be taken up again. */
export class SessionEvents implements EventStore {
  private readonly events = new Map<string, KeptEvent>();
  private bytes = 0;

  async storeEvent(stream: string, message: Message): Promise<string> {
    const id = randomUUID();
    const bytes = Buffer.byteLength(JSON.stringify(message));
    this.events.set(id, { stream, message, bytes });
    this.bytes += bytes;
    while (this.events.size > 1 && (this.events.size > MAX_EVENTS || this.bytes > MAX_BYTES))
      this.dropOldest();
    return id;
  }

  private dropOldest(): void {
    const [id, { bytes }] = this.events.entries().next().value!;
    this.events.delete(id);
    this.bytes -= bytes;
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
