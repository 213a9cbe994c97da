import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import fc from 'fast-check';
import { newId } from '../common/new-id.js';
import { afterId, pageOf, PageQuery } from './page.js';

const rows = (count: number) => Array.from({ length: count }, () => ({ id: newId() })).toReversed();

describe('pageOf', () => {
  it('has no next page when there are no more rows than the limit', () => {
    expect(pageOf([], 2)).toEqual({ rows: [], nextCursor: null });
    for (const count of [1, 2]) {
      const all = rows(count);
      expect(pageOf(all, 2)).toEqual({ rows: all, nextCursor: null });
    }
  });

  it('omits the row beyond the limit, and its cursor leads to it', () => {
    const all = rows(3);
    const { rows: shown, nextCursor } = pageOf(all, 2);
    expect(shown).toEqual(all.slice(0, 2));
    expect(afterId(nextCursor!)).toBe(all[1]!.id);
  });

  it('leads through all rows once, whatever the limit', () => {
    const sizes = fc.record({ count: fc.nat(25), limit: fc.integer({ min: 1, max: 10 }) });
    fc.assert(
      fc.property(sizes, ({ count, limit }) => {
        const all = rows(count);
        const seen: { id: string }[] = [];
        let cursor: string | null | undefined;
        do {
          const after = afterId(cursor ?? undefined);
          const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
          const page = pageOf(all.slice(from, from + limit + 1), limit);
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          seen.push(...page.rows);
          cursor = page.nextCursor;
        } while (cursor !== null && seen.length <= count);
        expect(seen).toEqual(all);
      }),
    );
  });
});

describe('afterId', () => {
  it('is undefined on the first page', () => {
    expect(afterId(undefined)).toBeUndefined();
  });

  it('makes a cursor that needs no escaping in a URL', () => {
    expect(pageOf(rows(2), 1).nextCursor).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    '',
    'abc',
    '0',
    'null',
    newId(),
    Buffer.from('no uuid').toString('base64url'),
    Buffer.from(`${newId()}x`).toString('base64url'),
    Buffer.from(`${newId()}' OR '1'='1`).toString('base64url'),
  ])('refuses a cursor that no page returned: %j', (cursor) => {
    expect(() => afterId(cursor)).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        status: 400,
        message: 'cursor: must be a nextCursor of an earlier page',
      }),
    );
  });
});

describe('PageQuery', () => {
  const check = async (query: Record<string, unknown>) => {
    const instance = plainToInstance(PageQuery, query);
    return { limit: instance.limit, wrong: (await validate(instance)).map(({ property }) => property) };
  };

  it('has no required member', async () => {
    expect(await check({})).toEqual({ limit: undefined, wrong: [] });
  });

  it('reads the limit as a number, from 1 to 100', async () => {
    expect(await check({ limit: '1' })).toEqual({ limit: 1, wrong: [] });
    expect(await check({ limit: '100' })).toEqual({ limit: 100, wrong: [] });
  });

  it.each(['0', '101', '-1', '1.5', 'ten', '', ' ', 'NaN', 'Infinity', ['1', '2']])(
    'refuses the limit %j',
    async (limit) => {
      expect((await check({ limit })).wrong).toEqual(['limit']);
    },
  );

  it('refuses a cursor that is not a string or too long', async () => {
    expect((await check({ cursor: ['a', 'b'] })).wrong).toEqual(['cursor']);
    expect((await check({ cursor: 'a'.repeat(101) })).wrong).toEqual(['cursor']);
  });
});
