import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { newId } from '../../../common/new-id.js';
import { AuditNode } from '../audit-node.js';
import { NodeFolder } from './node-folder.js';
import { Segment } from './segment.js';
import { Spool, SpoolFullError } from './spool.js';
import { decodeSegment, encodeLine } from './spool-line.js';
import type { QueuedEvent } from '../../events/audit-row.js';

const node = new AuditNode();
const event = (fields: Partial<QueuedEvent> = {}): QueuedEvent => ({
  ...node.next(),
  userId: newId(),
  userName: 'Ada',
  keyId: null,
  keyStart: null,
  action: 'tools/call',
  tool: 'whoami',
  resource: null,
  targets: [],
  outcome: 'success',
  reason: null,
  elevated: false,
  scopes: ['documents:read'],
  ip: '192.0.2.1',
  userAgent: null,
  requestId: null,
  traceId: null,
  durationMs: 1.5,
  metadata: {},
  via: null,
  organizationId: null,
  keyName: null,
  clientId: null,
  actors: null,
  ...fields,
});
const lineOf = (json: string) => `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
const linesOf = (count: number) => Array.from({ length: count }, () => encodeLine(event()));

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'spool-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('A line of the spool', () => {
  it('holds an event as it was, whatever its texts', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (text, metadata) => {
          const kept = event({
            resource: text.toWellFormed(),
            metadata: JSON.parse(JSON.stringify(metadata)),
          });
          const line = encodeLine(kept);
          expect(line.indexOf('\n')).toBe(line.length - 1);
          expect(decodeSegment(line)).toEqual({ events: [kept], torn: false, damaged: [] });
        },
      ),
    );
  });

  it('that is cut off anywhere is torn: it costs that row and no other', () => {
    const first = event();
    const whole = encodeLine(first);
    const last = encodeLine(event());
    for (let length = 1; length < last.length; length++) {
      expect(decodeSegment(whole + last.slice(0, length))).toEqual({
        events: [first],
        torn: true,
        damaged: [],
      });
    }
  });

  it('that was changed is damaged, and said so', () => {
    const [before, after] = [event(), event()];
    const changed = encodeLine(event()).replace('"whoami"', '"whoamI"');
    const { events, torn, damaged } = decodeSegment(encodeLine(before) + changed + encodeLine(after));
    expect(events).toEqual([before, after]);
    expect([torn, damaged]).toEqual([false, [changed.trimEnd()]]);
  });

  it.each([
    ['is no object', () => null],
    ['is a list', () => [event()]],
    ['lacks a member', (known: QueuedEvent) => ({ ...known, action: undefined })],
    ['has a member that this version does not know', (known: QueuedEvent) => ({ ...known, version: 2 })],
    ['has no date', (known: QueuedEvent) => ({ ...known, occurredAt: 'yesterday' })],
    ['has an id that is none', (known: QueuedEvent) => ({ ...known, id: '1' })],
    ['has a number of another kind', (known: QueuedEvent) => ({ ...known, nodeSeq: '1' })],
    ['has an outcome of its own', (known: QueuedEvent) => ({ ...known, outcome: 'perhaps' })],
    ['has lists that are none', (known: QueuedEvent) => ({ ...known, targets: 'document:1' })],
    ['has an address that is none', (known: QueuedEvent) => ({ ...known, ip: 'here' })],
    ['has metadata that are a list', (known: QueuedEvent) => ({ ...known, metadata: [] })],
  ])('that %s is damaged in spite of its checksum, and costs no other', (_, change) => {
    const [before, after] = [event(), event()];
    const foreign = lineOf(JSON.stringify(change(event())));
    expect(decodeSegment(encodeLine(before) + foreign + encodeLine(after))).toEqual({
      events: [before, after],
      torn: false,
      damaged: [foreign.trimEnd()],
    });
  });

  it('that has a good checksum and no JSON is damaged, at the end as well', () => {
    const [before, foreign] = [event(), lineOf('half of a li')];
    expect(decodeSegment(encodeLine(before) + foreign)).toEqual({
      events: [before],
      torn: false,
      damaged: [foreign.trimEnd()],
    });
  });
});

describe('The spool', () => {
  const opened: Spool[] = [];
  const spoolOf = (maxBytes: number) => {
    const spool = new Spool(folder, maxBytes);
    opened.push(spool);
    return spool;
  };
  afterEach(() => Promise.all(opened.splice(0).map((spool) => spool.close())));

  const files = async () => (await readdir(folder)).sort();

  it('has lines on disk when it says so, in the order in which they came, readable by the owner only', async () => {
    const spool = spoolOf(1_000_000);
    const lines = linesOf(5);
    await Promise.all(lines.map((line) => spool.append([line], false)));
    const [name] = await files();
    expect(await readFile(join(folder, name!), 'utf8')).toBe(lines.join(''));
    expect((await stat(join(folder, name!))).mode & 0o077).toBe(0);
    expect(spool.rows).toBe(5);
  });

  it('gives segments back oldest first, and takes further lines into new ones', async () => {
    const spool = spoolOf(1_000_000);
    await spool.append(linesOf(2), false);
    const first = (await spool.oldest())!;
    await spool.append(linesOf(3), false);
    expect((await spool.oldest())!).toBe(first);
    expect((await first.read()).events).toHaveLength(2);
    await spool.drop(first);
    const second = (await spool.oldest())!;
    expect((await second.read()).events).toHaveLength(3);
    await spool.drop(second);
    expect([await spool.oldest(), spool.rows, await files()]).toEqual([undefined, 0, []]);
  });

  it('keeps a segment whose rows are on their way in memory, but does not give it back', async () => {
    const spool = spoolOf(1_000_000);
    const segment = await spool.append(linesOf(2), true);
    expect([spool.rows, await spool.oldest()]).toEqual([0, undefined]);
    await spool.release(segment, 1);
    await spool.close();
    expect(await files()).toHaveLength(1);
    await spool.release(segment, 1);
    expect(await files()).toEqual([]);
  });

  it('gives back a segment whose rows have left memory', async () => {
    const spool = spoolOf(1_000_000);
    const segment = await spool.append(linesOf(2), true);
    spool.forget(segment, 1);
    expect([spool.rows, await spool.oldest()]).toEqual([1, segment]);
  });

  it('refuses what is beyond its bound, whole, and goes on when there is room again', async () => {
    const [line] = linesOf(1);
    const spool = spoolOf(line!.length * 3);
    await spool.append([line!, line!], false);
    await expect(spool.append([line!, line!], false)).rejects.toThrow(SpoolFullError);
    expect(spool.rows).toBe(2);
    await spool.drop((await spool.oldest())!);
    await spool.append([line!, line!, line!], false);
    expect(spool.rows).toBe(3);
  });

  it('loses nothing when lines are added while a segment is taken away', async () => {
    const spool = spoolOf(10_000_000);
    const sent = new Set<string>();
    const seen: string[] = [];
    const adders = Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 50; round++) {
        const one = event();
        await spool.append([encodeLine(one)], false);
        sent.add(one.id);
      }
    });
    while (seen.length < 200) {
      const segment = await spool.oldest();
      if (segment) {
        seen.push(...(await segment.read()).events.map(({ id }) => id));
        await spool.drop(segment);
      } else await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(adders);
    expect(seen).toHaveLength(200);
    expect(new Set(seen)).toEqual(sent);
  });
});

describe('A segment', () => {
  it('takes no line once it is closed', async () => {
    const segment = await Segment.create(join(folder, '1.segment'));
    await segment.append(encodeLine(event()));
    await segment.close();
    await expect(segment.append(encodeLine(event()))).rejects.toThrow('is closed');
    expect((await segment.read()).events).toHaveLength(1);
  });

  it('is never one that exists already', async () => {
    await writeFile(join(folder, '1.segment'), 'x');
    await expect(Segment.create(join(folder, '1.segment'))).rejects.toThrow('EEXIST');
  });
});

describe("A node's folder", () => {
  it('is taken over once its process has ended, with the number of rows it had accepted', async () => {
    const own = await NodeFolder.create(folder, newId());
    own.note(9);
    own.note(10);
    expect(await NodeFolder.takeAbandoned(folder)).toEqual([]);
    await own.release();
    const [taken, ...others] = await NodeFolder.takeAbandoned(folder);
    expect([taken!.nodeId, taken!.accepted(), others]).toEqual([own.nodeId, 10, []]);
    expect(await NodeFolder.takeAbandoned(folder)).toEqual([]);
    await taken!.remove();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that was being removed when its process ended is removed by the next, and never replayed', async () => {
    await mkdir(join(folder, `${newId()}.finished`));
    expect(await NodeFolder.takeAbandoned(folder)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says nothing of a number that was not stored', async () => {
    const own = await NodeFolder.create(folder, newId());
    expect(own.accepted()).toBeUndefined();
    await own.remove();
  });
});
