import * as z from 'zod';

/** What the pages about the settings say of one environment variable. */
export interface VariableText {
  /** What the setting changes, in whole sentences. Markdown; links are relative to `docs/`. */
  description: string;
  /** A value that the setting accepts, as somebody would write it. */
  example: string;
  /** Which values are accepted, where the schema does not say so itself. */
  shape?: string;
  /** What holds while the variable is not set, where that is no fixed value. */
  otherwise?: string;
  /** The name that earlier versions gave the variable. It is still read, with a warning. */
  formerly?: string;
  /** Whether the value is a secret. Then the file that `NAME_FILE` names may hold it instead. */
  secret?: true;
}

export interface VariableDescription extends Omit<VariableText, 'shape'> {
  shape: string;
  /** The value that is used while the variable is not set; `undefined`: none. */
  default: string | undefined;
}

const shapes = z.registry<{ shape: string }>();
const descriptions = z.registry<VariableDescription>();

/** Names the values that a schema accepts, for the pages about the settings. */
export const shaped = <T extends z.ZodType>(shape: string, schema: T): T => {
  shapes.add(schema, { shape });
  return schema;
};

/** An empty variable counts as absent, as `FOO= npm start` means. */
export const isBlank = (value: unknown) =>
  value === undefined || (typeof value === 'string' && value.trim() === '');

/**
 * A setting that may be left out.
 *
 * @example
 * SMTP_URL: optional(z.url(), {
 *   description: 'The server that mails are sent by.',
 *   example: 'smtp://mail.example.com:25',
 *   otherwise: 'mails are logged',
 * })
 */
export function optional<T extends z.ZodType>(schema: T, text: VariableText) {
  const read = z.preprocess((value) => (isBlank(value) ? undefined : value), schema.optional());
  return described(read, schema, text, undefined);
}

/**
 * A setting with a fixed default, which is written as the variable would be.
 *
 * @example
 * PORT: withDefault(integer(0, 65_535), '3000', {
 *   description: 'The TCP port that the service listens on.',
 *   example: '8080',
 * })
 */
export function withDefault<T extends z.ZodType>(schema: T, value: z.input<T> & string, text: VariableText) {
  const read = z.preprocess((given) => (isBlank(given) ? value : given), schema);
  return described(read, schema, text, value);
}

/** What the pages say of the setting that `schema` reads. */
export function descriptionOf(schema: z.ZodType): VariableDescription {
  const description = descriptions.get(schema);
  if (!description) throw new Error('A setting is made by optional() or withDefault()');
  return description;
}

function described<T extends z.ZodType>(
  read: T,
  schema: z.ZodType,
  text: VariableText,
  value: string | undefined,
): T {
  const shape = text.shape ?? shapes.get(schema)?.shape;
  if (shape === undefined) throw new Error(`A setting needs a shape, such as "${text.example}"`);
  descriptions.add(read, { ...text, shape, default: value });
  return read;
}
