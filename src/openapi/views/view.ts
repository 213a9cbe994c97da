import * as z from 'zod';

/** The schema of an answer. */
export type View = z.ZodType;

/** The schemas that the document names, by their ids. */
export const views = z.registry<{ id: string; examples: unknown[] }>();

/**
 * Names a schema in the document (`#/components/schemas/<id>`) and gives it its example.
 * Members that an answer has and its view lacks are an error to the specs, not to clients.
 */
export function view<T extends View>(id: string, schema: T, example: z.input<T>): T {
  views.add(schema, { id, examples: [example] });
  return schema;
}

/**
 * The view of what answers a write: of all that `of` shows, a caller without the scope to read is given `known` and what
 * its request sent.
 */
export function writtenView(id: string, of: z.ZodObject, known: string[], reads: string): View {
  const shape = Object.entries(of.shape).map(([name, member]) => [
    name,
    known.includes(name) ? member : z.optional(member),
  ]);
  const always = known.map((name) => `\`${name}\``).join(', ');
  const text = `Without \`${reads}\` only ${always} and the members that the request sent`;
  return view(
    id,
    z.object(Object.fromEntries(shape)).describe(text),
    views.get(of)!.examples[0] as Record<string, unknown>,
  );
}

const uriOf = (id: string) => `#/components/schemas/${id}`;

/** Where the document has it. */
export const refTo = (schema: View) => ({ $ref: uriOf(views.get(schema)!.id) });

/** As the content of an answer. */
export const mediaOf = (schema: View) => ({ schema: refTo(schema), example: views.get(schema)!.examples[0] });

export const id = z.uuid();
export const time = z.iso.datetime();
export const timeOrNull = time.nullable();
export const nextCursor = z.string().nullable().describe('`cursor` for the next page; `null` on the last');

/** Values for examples. */
export const SAMPLE = {
  id: '01990f6e-1c2b-7d4e-8f00-3a5b7c9d1e2f',
  otherId: '01990f70-5a3c-7b1d-9e00-6c8d0e2f4a5b',
  now: '2027-01-31T12:00:00.000Z',
  end: '2027-05-01T12:00:00.000Z',
  cursor: 'MDE5OTBmNmUtMWMyYi03ZDRlLThmMDAtM2E1YjdjOWQxZTJm',
  start: 'mcp_a1B2',
};

/** All views as JSON Schema of draft 2020-12, which is that of OpenAPI 3.1; by their ids. */
export function viewSchemas(): Record<string, Record<string, unknown>> {
  const { schemas } = z.toJSONSchema(views, {
    uri: uriOf,
    // Clients must bear with members that a later version adds.
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = views.get(zodSchema) ?? {};
      if (examples) jsonSchema.examples = examples;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
}
