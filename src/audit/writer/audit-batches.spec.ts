import { AuditBatches } from './audit-batches.js';
import type { AuditDisk } from './audit-disk.js';
import { type PreparedEvents, queuedEvent } from './audit-insert.js';
import { AuditNode } from './audit-node.js';
import { AuditQueue } from './audit-queue.js';
import { auditRecord } from '../events/audit-record.js';
import type { AuditStore } from './audit-store.js';

const request = { id: 'r', ip: '192.0.2.1', method: 'POST', url: '/mcp', headers: {} };
const record = auditRecord({ request, action: 'tools/call' }, 'success', null, 1);
const away = () => Promise.reject(new Error('away'));
const none = async () => undefined;

describe('AuditBatches', () => {
  const node = new AuditNode();
  let queue: AuditQueue;
  let written: number[];
  let disk: Record<'replay' | 'confirmWritten', () => Promise<void>> & { rows: number };

  const push = (rows: number) => {
    for (let i = 0; i < rows; i++)
      queue.push({ event: queuedEvent(record, node.next()), bytes: 1, segment: undefined, isSafe: false });
  };
  const batchesOn = (writeBatch: (prepared: PreparedEvents) => Promise<void>) =>
    new AuditBatches(queue, { writeBatch } as AuditStore);
  const write = (batches: AuditBatches) => batches.write(disk as unknown as AuditDisk, none);
  const orderOf = () => queue.all().map(({ event }) => event.nodeSeq);

  beforeEach(() => {
    queue = new AuditQueue({ maxRows: 10_000, maxBytes: 1_000_000 });
    written = [];
    disk = { rows: 0, replay: none, confirmWritten: none };
  });

  it('writes up to 1,000 rows by one statement, each once and in order', async () => {
    push(2_600);
    const before = orderOf();
    const order: number[] = [];
    await write(
      batchesOn(async ({ events }) => {
        written.push(events.length);
        order.push(...events.map(({ nodeSeq }) => nodeSeq));
      }),
    );
    expect(written).toEqual([1_000, 1_000, 600]);
    expect(order).toEqual(before);
  });

  it('has the next prepared while one is written, where a whole one waits and nothing is on disk', async () => {
    const waiting: number[] = [];
    const batches = batchesOn(async () => {
      await Promise.resolve();
      waiting.push(queue.unclaimed);
    });
    push(1_700);
    await write(batches);
    disk.rows = 1;
    push(1_700);
    await write(batches);
    expect(waiting).toEqual([0, 0, 700, 0]);
  });

  it.each([
    ['PostgreSQL takes none', { fails: 1 }],
    ['it takes no second one', { fails: 2 }],
    ['the disk does not say what it has', { replays: 2 }],
    ['the disk does not forget what is written', { settles: 1 }],
  ] as [string, { fails?: number; replays?: number; settles?: number }][])(
    'gives all back in their order where %s',
    async (_, { fails, replays, settles }) => {
      const counted = (at: number | undefined) => {
        let calls = 0;
        return () => (++calls === at ? away() : none());
      };
      disk.replay = counted(replays);
      disk.confirmWritten = counted(settles);
      push(1_800);
      const before = orderOf();
      await expect(write(batchesOn(counted(fails)))).rejects.toThrow('away');
      expect(orderOf()).toEqual(before.slice(fails === 1 ? 0 : 1_000));
      expect(queue.unclaimed).toBe(queue.rows);
    },
  );
});
