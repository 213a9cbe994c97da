import { randomUUID } from 'node:crypto';
import type { EventStore } from '@modelcontextprotocol/server';

type Message = Parameters<EventStore['storeEvent']>[1];

/** How many messages a session keeps for a client that comes back. */
const MAX_EVENTS = 200;

/** What a session has sent of late, so that a stream that broke off can be taken up again. */
export class SessionEvents implements EventStore {
  private readonly events = new Map<string, { stream: string; message: Message }>();

  async storeEvent(stream: string, message: Message): Promise<string> {
    const id = randomUUID();
    this.events.set(id, { stream, message });
    if (this.events.size > MAX_EVENTS) this.events.delete(this.events.keys().next().value!);
    return id;
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
