import * as z from 'zod';
import { assertMembers, memberPicker } from './metadata-members.js';

describe('keptMembers', () => {
  it('takes what is named, members of members too, and nothing else', () => {
    const keep = memberPicker(['query', 'filter.customer', 'filter.year']);
    const given = { query: 'a', text: 'b', filter: { customer: 'c', year: 2027, secret: 'd' } };
    expect(keep(given)).toEqual({ query: 'a', filter: { customer: 'c', year: 2027 } });
  });

  it('takes what is there, of whatever was given', () => {
    const keep = memberPicker(['query', 'filter.customer']);
    for (const given of [undefined, null, 'text', 5, [], {}]) expect(keep(given)).toEqual({});
    expect(keep({ query: null, filter: 'all' })).toEqual({ query: null, filter: undefined });
  });

  it('takes nothing that is inherited', () => {
    expect(memberPicker(['toString', 'constructor'])({})).toEqual({});
  });
});

describe('assertMembers', () => {
  const Customer = z.object({ name: z.string(), parent: z.string().nullable() });
  const schema = z.toJSONSchema(
    z.object({
      query: z.string(),
      filter: z.object({ customer: Customer }).optional(),
      either: z.union([z.object({ a: z.string() }), z.object({ b: Customer })]),
      both: z.intersection(z.object({ c: z.string() }), z.object({ d: z.string() })),
      labels: z.record(z.string(), z.object({ text: z.string() })),
      anything: z.unknown(),
      list: z.array(Customer),
    }),
    { io: 'input', reused: 'ref' },
  ) as Record<string, unknown>;

  it.each([
    'query',
    'filter',
    'filter.customer',
    'filter.customer.name',
    'filter.customer.parent',
    'either.a',
    'either.b.name',
    'both.d',
    'labels.de.text',
    'anything.at.all',
    'list',
  ])('takes %s', (name) => {
    expect(() => assertMembers('tool t', [name], schema)).not.toThrow();
  });

  it.each(['quarry', 'filter.costumer', 'query.length', 'either.c', 'labels.de.name', 'list.name', ''])(
    'refuses %j',
    (name) => {
      expect(() => assertMembers('tool t', ['query', name], schema)).toThrow(
        `The tool t: its input has no '${name}', which @AuditMetadata names`,
      );
    },
  );
});
