import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { AllSessionEvents, SessionEvents } from './session-events.js';

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
    const events = new SessionEvents(new AllSessionEvents());
    const first = await events.storeEvent('a', {} as JSONRPCMessage);
    await events.storeEvent('a', message('1'));
    await events.storeEvent('b', message('of another'));
    await events.storeEvent('a', {} as JSONRPCMessage);
    const third = await events.storeEvent('a', message('2'));
    expect(await replayed(events, first)).toEqual(['1', '2']);
    expect(await replayed(events, third)).toEqual([]);
  });

  it('replays nothing after an event that it does not know', async () => {
    const events = new SessionEvents(new AllSessionEvents());
    await events.storeEvent('a', message('1'));
    expect(await replayed(events, 'x')).toEqual([]);
    expect(await events.getStreamIdForEventId('x')).toBeUndefined();
  });

  it.each([
    ['200 events', 201, 'x'],
    ['8 MiB', 3, 'x'.repeat(3 * 1024 * 1024)],
  ])('keeps no more than %s, and forgets the oldest', async (_, count, text) => {
    const events = new SessionEvents(new AllSessionEvents());
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push(await events.storeEvent('a', message(text)));
    expect(await events.getStreamIdForEventId(ids[0]!)).toBeUndefined();
    expect(await events.getStreamIdForEventId(ids[1]!)).toBe('a');
    expect(await events.getStreamIdForEventId(ids.at(-1)!)).toBe('a');
  });

  it('keeps no more than 64 MiB of all sessions together, and forgets the oldest of any session', async () => {
    const all = new AllSessionEvents();
    const sessions = Array.from({ length: 12 }, () => new SessionEvents(all));
    const ids: string[] = [];
    for (const session of sessions)
      ids.push(await session.storeEvent('a', message('x'.repeat(6 * 1024 * 1024))));
    const kept = await Promise.all(
      sessions.map((session, index) => session.getStreamIdForEventId(ids[index]!)),
    );
    expect(kept).toEqual([undefined, undefined, ...Array<string>(10).fill('a')]);
  });

  it('frees its space for others when a session ends', async () => {
    const all = new AllSessionEvents();
    const first = new SessionEvents(all);
    const id = await first.storeEvent('a', message('x'));
    for (let i = 0; i < 16; i++) {
      const session = new SessionEvents(all);
      await session.storeEvent('a', message('x'.repeat(7 * 1024 * 1024)));
      session.clear();
    }
    expect(await first.getStreamIdForEventId(id)).toBe('a');
  });
});
