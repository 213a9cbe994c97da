import type { StandardSchemaV1, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { validationFailed } from '../../errors/service-error.js';
import { dtoSchema } from '../../validation/dto-schema.js';
import { flatDto } from '../../validation/flat-dto.js';
import { inheritedNameLines } from '../../validation/inherited-names.js';
import { linesOf } from '../../validation/validation-lines.js';

/**
 * Describes and validates a handler's arguments, whatever schema declares them. The JSON Schema is computed once, at
 * start.
 */
export interface HandlerInput {
  jsonSchema: Record<string, unknown>;
  /**
   * @param handler names the handler in the error, such as `tool whoami`
   * @throws ServiceError `validation_failed`, which names each wrong argument
   */
  validate(input: unknown, handler: string): Promise<unknown>;
}

const JSON_SCHEMA_TARGET = 'draft-2020-12';

/**
 * @param type the class of the `@Input()` parameter, if it has validators
 * @param fallback is used when there is neither a schema nor a class
 */
export function handlerInput(
  schema: StandardSchemaWithJSON | undefined,
  type: Type | undefined,
  fallback: HandlerInput = NO_INPUT,
): HandlerInput {
  if (schema) return fromStandardSchema(schema);
  return type ? fromDto(type) : fallback;
}

const NO_INPUT: HandlerInput = {
  jsonSchema: { type: 'object', properties: {}, additionalProperties: false },
  validate: async () => ({}),
};

/** Accepts arguments that the protocol itself has validated. @param members the names that the arguments may have */
export const passthrough = (...members: string[]): HandlerInput => ({
  jsonSchema: { properties: Object.fromEntries(members.map((name) => [name, {}])) },
  validate: async (input) => input,
});

/** Asks a Standard Schema for its JSON Schema. */
export function jsonSchemaOf(
  schema: StandardSchemaWithJSON,
  side: 'input' | 'output',
): Record<string, unknown> {
  const standard = schema['~standard'];
  const { $schema, ...jsonSchema } = standard.jsonSchema[side]({ target: JSON_SCHEMA_TARGET });
  // zod names the dialect that MCP assumes anyway. A handwritten JSON Schema may name another one, which is kept.
  return {
    ...($schema !== undefined && standard.vendor !== 'zod' && { $schema }),
    type: 'object',
    ...jsonSchema,
  };
}

/** Formats the issues of a Standard Schema, one line each. */
export const issueLines = (issues: readonly StandardSchemaV1.Issue[]): string[] =>
  issues.map(({ path = [], message }) => {
    const name = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return name ? `${name}: ${message}` : message;
  });

function fromStandardSchema(schema: StandardSchemaWithJSON): HandlerInput {
  return {
    jsonSchema: jsonSchemaOf(schema, 'input'),
    async validate(input, handler) {
      const checked = schema['~standard'].validate(input);
      const result = checked instanceof Promise ? await checked : checked;
      if (!result.issues) return result.value;
      throw invalidArguments(handler, issueLines(result.issues));
    },
  };
}

function fromDto(type: Type): HandlerInput {
  const flat = flatDto(type);
  return {
    jsonSchema: dtoSchema(type),
    async validate(input, handler) {
      const accepted = flat?.(input);
      if (accepted) return accepted;
      const inherited = inheritedNameLines(input);
      if (inherited.length > 0) throw invalidArguments(handler, inherited);
      const instance: object = plainToInstance(type, input ?? {});
      const errors: ValidationError[] = await validate(instance, {
        whitelist: true,
        forbidNonWhitelisted: true,
      });
      if (errors.length > 0) throw invalidArguments(handler, linesOf(errors));
      return instance;
    },
  };
}

function invalidArguments(handler: string, lines: string[]) {
  return validationFailed(lines, `Invalid arguments for ${handler}: ${lines.join('; ')}`);
}
