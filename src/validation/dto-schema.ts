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

/** What the library does not know, or says too loosely (`MIN` of a whole number is a `number` there). */
const CONVERTERS = {
  [MIN]: ({ constraints }: Limits) => ({ minimum: constraints[0] }),
  [MAX]: ({ constraints }: Limits) => ({ maximum: constraints[0] }),
  isPlainText: {},
  isTimestamp: { type: 'string', format: 'date-time' },
  isSmallObject: { type: 'object', additionalProperties: true },
  isAddressOrBlock: { type: 'string' },
  // Of these two it says only which class it is, by a reference that leads nowhere.
  [ValidationTypes.CUSTOM_VALIDATION]: {},
  [ValidationTypes.NESTED_VALIDATION]: nested,
};

function nested({ target, propertyName }: Member): JsonSchema {
  const type = Reflect.getMetadata('design:type', target.prototype as object, propertyName) as
    Type | undefined;
  const isDto =
    type !== undefined && getMetadataStorage().getTargetValidationMetadatas(type, '', true, false).length > 0;
  // A class within itself is left open.
  return isDto && type !== target ? dtoSchema(type) : {};
}

/** The JSON Schema of a class-validator DTO, from its decorators. */
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

/** In branches of one type each: many clients know no lists of types. */
const orNull = ({ description, ...schema }: JsonSchema): JsonSchema => ({
  anyOf: [schema, { type: 'null' }],
  ...(description !== undefined && { description }),
});

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
