import { WrittenRows } from './written-rows.js';

const NODE = '01a2b3c4-0000-7000-8000-000000000000';
const hashOf = (seq: number) => Buffer.alloc(32, seq % 251);
const rowsOf = (seqs: number[]) => ({
  events: seqs.map((nodeSeq) => ({ nodeId: NODE, nodeSeq, occurredAt: new Date(1e12 + nodeSeq) })) as never[],
  hashes: Buffer.concat(seqs.map(hashOf)),
  told: false,
});
const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('WrittenRows', () => {
  let written: WrittenRows;
  beforeEach(() => {
    written = new WrittenRows();
  });
  const known = (seq: number) => written.get(NODE, seq)?.hash.equals(hashOf(seq)) ?? false;

  it('gives each row its own hash and time, in whatever order the rows were written', () => {
    written.add(rowsOf([5, 2, 9]));
    written.add(rowsOf([1, 7]));
    for (const seq of [1, 2, 5, 7, 9]) {
      expect(known(seq)).toBe(true);
      expect(written.get(NODE, seq)).toMatchObject({ seq, at: new Date(1e12 + seq) });
    }
    expect(written.get(NODE, 3)).toBeUndefined();
    expect(written.get('another', 5)).toBeUndefined();
  });

  it('keeps the first hash of a number', () => {
    written.add(rowsOf([4]));
    written.add({ ...rowsOf([4]), hashes: Buffer.alloc(32, 252) });
    expect(known(4)).toBe(true);
  });

  it('forgets what was sealed, takes it no more, and has the places for what comes', () => {
    written.add(rowsOf(upTo(1, 100_000)));
    expect(written.isFilling(NODE)).toBe(true);
    written.forgetUpTo(NODE, 99_990);
    expect(written.isFilling(NODE)).toBe(false);
    written.add(rowsOf([50, ...upTo(100_001, 230_000)]));
    expect([known(99_990), known(50), known(99_991), known(100_000), known(230_000)]).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('takes no number beyond its places, so that none overwrites one that waits', () => {
    written.add(rowsOf([1]));
    written.add(rowsOf([1 + 2 ** 17]));
    expect(known(1)).toBe(true);
    expect(written.get(NODE, 1 + 2 ** 17)).toBeUndefined();
  });

  it('goes on after numbers that have no row', () => {
    written.add(rowsOf([1]));
    written.forgetUpTo(NODE, 1_000_000);
    written.add(rowsOf([1_000_001]));
    expect(known(1_000_001)).toBe(true);
  });

  it('takes the rows of a node that is met late, and those just before', () => {
    written.add(rowsOf([900_000]));
    written.add(rowsOf([899_000]));
    expect([known(900_000), known(899_000)]).toEqual([true, true]);
  });
});
