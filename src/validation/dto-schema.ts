import type { Type } from '@nestjs/common';
import { getMetadataStorage, MAX, MIN, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';

export type JsonSchema = Record<string, unknown>;

export interface DtoSchema extends JsonSchema {
  properties: Record<string, JsonSchema>;
  required?: string[];
}

type Limits = { constraints: unknown[] };
type Member = { target: Type; propertyName: string };

/**
 * Converts the rules that the library does not know, or describes too loosely (`MIN` of an integer is a `number`
 * there).
 */
const CONVERTERS = {
  [MIN]: ({ constraints }: Limits) => ({ minimum: constraints[0] }),
  [MAX]: ({ constraints }: Limits) => ({ maximum: constraints[0] }),
  isPlainText: {},
  isTimestamp: { type: 'string', format: 'date-time' },
  isSmallObject: { type: 'object', additionalProperties: true },
  isAddressOrBlock: { type: 'string' },
  // For these two the library emits a reference to a schema that does not exist.
  [ValidationTypes.CUSTOM_VALIDATION]: {},
  [ValidationTypes.NESTED_VALIDATION]: nested,
};

function nested({ target, propertyName }: Member): JsonSchema {
  const type = Reflect.getMetadata('design:type', target.prototype as object, propertyName) as
    Type | undefined;
  const isDto =
    type !== undefined && getMetadataStorage().getTargetValidationMetadatas(type, '', true, false).length > 0;
  // A class that contains itself is left open, because inlining it would not end.
  return isDto && type !== target ? dtoSchema(type) : {};
}

/** Returns the JSON Schema of a class-validator DTO, from its decorators. */
export function dtoSchema(dto: Type): DtoSchema {
  const schema = targetConstructorToSchema(dto, { additionalConverters: CONVERTERS as never });
  const { properties = {}, required } = schema as Partial<DtoSchema>;
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

/** Makes a schema nullable with `anyOf`, because many clients do not support lists of types. */
const orNull = ({ description, ...schema }: JsonSchema): JsonSchema => ({
  anyOf: [schema, { type: 'null' }],
  ...(description !== undefined && { description }),
});

type Condition = (object: unknown, value: unknown) => boolean;

/** Finds the members that accept `null`: those whose `ValidateIf` condition skips validation for it. */
function nullableMembers(dto: Type): Set<string> {
  return new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(dto, '', true, false)
      .filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION)
      .filter(({ constraints }) => !(constraints as [Condition])[0]({}, null))
      .map(({ propertyName }) => propertyName),
  );
}
