import * as z from 'zod';
import type { Visible } from '../access/visible-to.js';

/** A schema that the OpenAPI document names, such as the schema of an answer. */
export type AnswerSchema<T extends z.ZodType = z.ZodType> = z.ZodLazy<T>;

/** The named schemas by their ids. */
const named = z.registry<{ id: string; examples: unknown[] }>();

/**
 * Names the schema of an answer in the OpenAPI document (`#/components/schemas/<id>`) and gives it its example.
 * The service answers with the type of the schema and never parses an answer, so that the schema costs no request
 * anything. It is built when the document is first asked for.
 *
 * Clients must accept members that a later version adds; the specs accept none that the schema lacks.
 *
 * @param make builds the schema
 * @example
 * ```ts
 * const example = { id: '019a0000-0000-7000-8000-000000000000', customer: 'Acme', amountCents: 1250 };
 * const makeInvoice = () => z.object({ id: z.uuid(), customer: z.string(), amountCents: z.int() });
 * export const invoiceSchema = answerSchema('Invoice', makeInvoice, example);
 * export type Invoice = z.infer<typeof invoiceSchema>;
 * ```
 */
export function answerSchema<T extends z.ZodType>(
  id: string,
  make: () => T,
  example: z.input<T>,
): AnswerSchema<T> {
  const schema = z.lazy(make);
  named.add(schema, { id, examples: [example] });
  return schema;
}

/**
 * The schema of what {@link visibleTo} answers: a caller that may not read the row sees `known` and what it sent.
 *
 * @param known the members that every writer sees
 * @param readScope the scope that reading the whole row requires
 * @example `partialAnswerSchema('WrittenInvoice', invoiceSchema, ['id', 'createdAt'], 'invoices:read')`
 */
export function partialAnswerSchema<T extends z.ZodObject>(
  id: string,
  whole: AnswerSchema<T>,
  known: readonly (keyof T['shape'] & string)[],
  readScope: string,
): z.ZodType<z.output<T> extends { id: unknown } ? Visible<z.output<T>> : never> {
  const always = known.map((name) => `\`${name}\``).join(', ');
  const text = `Without \`${readScope}\` only ${always} and the members that the request sent`;
  const make = () =>
    z
      .object(
        Object.fromEntries(
          Object.entries(whole.unwrap().shape).map(([name, member]) => [
            name,
            known.includes(name) ? member : z.optional(member),
          ]),
        ),
      )
      .describe(text);
  return answerSchema(id, make, exampleOf(whole) as Record<string, unknown>) as never;
}

const uriOf = (id: string) => `#/components/schemas/${id}`;

const exampleOf = (schema: z.ZodType): unknown => named.get(schema)!.examples[0];

/** A reference to a named schema. */
export const refTo = (schema: z.ZodType) => ({ $ref: uriOf(named.get(schema)!.id) });

/** A media type object of OpenAPI: the reference to a named schema, and its example. */
export const mediaTypeOf = (schema: z.ZodType) => ({ schema: refTo(schema), example: exampleOf(schema) });

/** All named schemas by their ids, as JSON Schema 2020-12, which is the dialect of OpenAPI 3.1. */
export function namedJsonSchemas(): Record<string, Record<string, unknown>> {
  const { schemas } = z.toJSONSchema(named, {
    uri: uriOf,
    // The input side of a time is its text, which is what JSON carries. It also leaves objects open for further members.
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = named.get(zodSchema) ?? {};
      if (examples) jsonSchema.examples = examples;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
}
