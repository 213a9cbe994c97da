import type { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as transforms } from 'class-transformer/cjs/storage.js';
import {
  getMetadataStorage,
  ValidationTypes,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Check = (instance: object, value: unknown) => unknown;

/** Holds the rules of a member. The member is checked only when all conditions apply. */
interface Member {
  name: string;
  conditions: Check[];
  checks: Check[];
}

/** Returns an instance of the class when the input is valid. Returns nothing when it may be invalid. */
export type FlatDto = (input: unknown) => object | undefined;

/**
 * Prepares a class-validator DTO whose members are plain values, so that valid input is accepted in one pass by the
 * class's own validators. Whatever is not accepted is left to class-transformer and class-validator, which also name what
 * is wrong. They look up all decorators of the process for each input, which costs more than reading a row.
 *
 * @returns nothing for a class with nested, converted or asynchronously validated members
 */
export function flatDto(type: Type): FlatDto | undefined {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  if (rules.length === 0 || !rules.every(isFlat) || isTransformed(type, rules)) return undefined;
  const members = new Map<string, Member>();
  for (const rule of rules) {
    const name = rule.propertyName;
    let member = members.get(name);
    if (!member) members.set(name, (member = { name, conditions: [], checks: [] }));
    if (rule.type === ValidationTypes.CONDITIONAL_VALIDATION)
      member.conditions.push(rule.constraints[0] as Check);
    else member.checks.push(...checksOf(type, rule));
  }
  const all = [...members.values()];
  return (input) => {
    const instance = instanceOf(type, members, input ?? {});
    return instance && all.every((member) => isValid(instance, member)) ? instance : undefined;
  };
}

function instanceOf(
  type: Type,
  members: ReadonlyMap<string, Member>,
  input: unknown,
): Record<string, unknown> | undefined {
  if (typeof input !== 'object' || Array.isArray(input)) return undefined;
  const instance = new type() as Record<string, unknown>;
  for (const [name, value] of Object.entries(input as object)) {
    if (!members.has(name) || (typeof value === 'object' && value !== null) || typeof value === 'function')
      return undefined;
    instance[name] = value;
  }
  return instance;
}

function isValid(instance: Record<string, unknown>, { name, conditions, checks }: Member): boolean {
  const value = instance[name];
  if (!conditions.every((applies) => applies(instance, value))) return true;
  return checks.every((check) => check(instance, value) === true);
}

const isFlat = (rule: Metadata): boolean =>
  rule.type === ValidationTypes.CONDITIONAL_VALIDATION ||
  (rule.type === ValidationTypes.CUSTOM_VALIDATION && constraintsOf(rule).every(({ async }) => !async));

const constraintsOf = ({ constraintCls }: Metadata) =>
  getMetadataStorage().getTargetValidatorConstraints(constraintCls);

/** Returns whether class-transformer would do more than copy the members. */
function isTransformed(type: Type, rules: readonly Metadata[]): boolean {
  const plainToClass = TransformationType.PLAIN_TO_CLASS;
  return (
    transforms.getStrategy(type) !== 'none' ||
    transforms.getExposedProperties(type, plainToClass).length > 0 ||
    transforms.getExcludedProperties(type, plainToClass).length > 0 ||
    rules.some(
      ({ propertyName }) =>
        propertyName in (type.prototype as object) ||
        transforms.findTypeMetadata(type, propertyName) !== undefined ||
        transforms.findTransformMetadatas(type, propertyName, plainToClass).length > 0,
    )
  );
}

function checksOf(type: Type, rule: Metadata): Check[] {
  const { propertyName: property, constraints, validateIf } = rule;
  return constraintsOf(rule).map((constraint): Check => {
    const validator: ValidatorConstraintInterface = constraint.instance;
    return (object, value) => {
      if (validateIf && !validateIf(object, value)) return true;
      const about: ValidationArguments = { targetName: type.name, property, object, value, constraints };
      return validator.validate(value, about);
    };
  });
}
