import * as z from 'zod';

export const id = z.uuid();

/** A `Date` in the service, and a text of RFC 3339 in JSON. */
export const time = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

export const timeOrNull = time.nullable();

export const nextCursor = z.string().nullable().describe('`cursor` for the next page; `null` on the last');

/** A list that is read only as a type. `readonly()` of zod would tell clients so, which says nothing about an answer. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item) as unknown as z.ZodType<readonly z.output<T>[], readonly z.input<T>[]>;

/** Values for the examples of the document. */
export const EXAMPLE = {
  id: '01990f6e-1c2b-7d4e-8f00-3a5b7c9d1e2f',
  otherId: '01990f70-5a3c-7b1d-9e00-6c8d0e2f4a5b',
  now: '2027-01-31T12:00:00.000Z',
  end: '2027-05-01T12:00:00.000Z',
  cursor: 'MDE5OTBmNmUtMWMyYi03ZDRlLThmMDAtM2E1YjdjOWQxZTJm',
  organizationId: '01990f71-2b4d-7c6e-8a10-5d7f9b1c3e4a',
  keyStart: 'mcp_a1B2',
};

/** Builds the schema of a page of a list, whose rows are the member `plural`. */
export const pageOf = <K extends string, T extends z.ZodType>(plural: K, row: T) =>
  z.object({ [plural]: listOf(row), nextCursor } as Record<K, ReturnType<typeof listOf<T>>> & {
    nextCursor: typeof nextCursor;
  });
