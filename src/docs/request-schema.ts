import type { Type } from '@nestjs/common';
import { getMetadataStorage, MAX, MIN, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';

export type JsonSchema = Record<string, unknown>;

export interface RequestSchema extends JsonSchema {
  properties: Record<string, JsonSchema>;
  required?: string[];
}

type Limits = { constraints: unknown[] };

/** What the library does not know, or says too loosely (`MIN` of a whole number is a `number` there). */
const CONVERTERS = {
  [MIN]: ({ constraints }: Limits) => ({ minimum: constraints[0] }),
  [MAX]: ({ constraints }: Limits) => ({ maximum: constraints[0] }),
  isPlainText: {},
  isTimestamp: { type: 'string', format: 'date-time' },
  isSmallObject: { type: 'object', additionalProperties: true },
  isAddressOrBlock: { type: 'string' },
};

/** The JSON Schema of a class-validator DTO, from its decorators. */
export function requestSchema(dto: Type): RequestSchema {
  const schema = targetConstructorToSchema(dto, { additionalConverters: CONVERTERS as never });
  const { properties = {}, required } = schema as Partial<RequestSchema>;
  const nullable = nullableMembers(dto);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        name,
        nullable.has(name) ? orNull(member) : member,
      ]),
    ),
    ...(required && { required }),
    additionalProperties: false,
  };
}

function orNull({ description, ...schema }: JsonSchema): JsonSchema {
  const taken =
    typeof schema.type === 'string' && !schema.enum
      ? { ...schema, type: [schema.type, 'null'] }
      : { anyOf: [schema, { type: 'null' }] };
  return { ...taken, ...(description !== undefined && { description }) };
}

type Condition = (object: unknown, value: unknown) => boolean;

/** `null` is taken where a condition of the member says that it is not to be checked then. */
function nullableMembers(dto: Type): Set<string> {
  return new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(dto, '', true, false)
      .filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION)
      .filter(({ constraints }) => !(constraints as [Condition])[0]({}, null))
      .map(({ propertyName }) => propertyName),
  );
}
