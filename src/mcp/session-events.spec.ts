import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { SessionEvents } from './session-events.js';

const message = (text: string): JSONRPCMessage => ({ jsonrpc: '2.0', method: 'note', params: { text } });

async function replayed(events: SessionEvents, after: string): Promise<unknown[]> {
  const texts: unknown[] = [];
  await events.replayEventsAfter(after, {
    send: async (_, sent) => void texts.push((sent as { params?: { text?: string } }).params?.text),
  });
  return texts;
}

describe('SessionEvents', () => {
  it('replays what the same stream sent after an event, in order, without the empty events that open it', async () => {
    const events = new SessionEvents();
    const first = await events.storeEvent('a', {} as JSONRPCMessage);
    await events.storeEvent('a', message('1'));
    await events.storeEvent('b', message('of another'));
    await events.storeEvent('a', {} as JSONRPCMessage);
    const third = await events.storeEvent('a', message('2'));
    expect(await replayed(events, first)).toEqual(['1', '2']);
    expect(await replayed(events, third)).toEqual([]);
  });

  it('replays nothing after an event that it does not know', async () => {
    const events = new SessionEvents();
    await events.storeEvent('a', message('1'));
    expect(await replayed(events, 'x')).toEqual([]);
    expect(await events.getStreamIdForEventId('x')).toBeUndefined();
  });

  it.each([
    ['200 events', 201, 'x'],
    ['8 MiB', 3, 'x'.repeat(3 * 1024 * 1024)],
  ])('keeps no more than %s, and forgets the oldest', async (_, count, text) => {
    const events = new SessionEvents();
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push(await events.storeEvent('a', message(text)));
    expect(await events.getStreamIdForEventId(ids[0]!)).toBeUndefined();
    expect(await events.getStreamIdForEventId(ids[1]!)).toBe('a');
    expect(await events.getStreamIdForEventId(ids.at(-1)!)).toBe('a');
  });
});
