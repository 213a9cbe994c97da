import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { validationFailed } from '../errors/service-error.js';
import { linesOf } from '../validation/validation-lines.js';

/** The one form in which this room knows a tool's arguments; the JSON Schema is worked out once, at start. */
export interface ToolInput {
  jsonSchema: Record<string, unknown>;
  /** @throws validationFailed: which argument, and what is wrong with it */
  validate(input: unknown, tool: string): Promise<unknown>;
}

const JSON_SCHEMA_TARGET = 'draft-2020-12';

/** @param type the class of the `@Input()` parameter, where there is one */
export function toolInput(schema: StandardSchemaWithJSON | undefined, type: Type | undefined): ToolInput {
  if (schema) return fromStandardSchema(schema);
  return type ? fromDto(type) : NO_INPUT;
}

const NO_INPUT: ToolInput = {
  jsonSchema: { type: 'object', properties: {}, additionalProperties: false },
  validate: async () => ({}),
};

function fromStandardSchema(schema: StandardSchemaWithJSON): ToolInput {
  const standard = schema['~standard'];
  const { $schema: _, ...jsonSchema } = standard.jsonSchema.input({ target: JSON_SCHEMA_TARGET });
  return {
    jsonSchema: { type: 'object', ...jsonSchema },
    async validate(input, tool) {
      const result = await standard.validate(input);
      if (!result.issues) return result.value;
      const lines = result.issues.map(({ path = [], message }) => {
        const name = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
        return name ? `${name}: ${message}` : message;
      });
      throw invalidArguments(tool, lines);
    },
  };
}

function fromDto(type: Type): ToolInput {
  const jsonSchema = targetConstructorToSchema(type) as Record<string, unknown>;
  return {
    jsonSchema: { ...jsonSchema, type: 'object', additionalProperties: false },
    async validate(input, tool) {
      const instance: object = plainToInstance(type, input ?? {});
      const errors: ValidationError[] = await validate(instance, {
        whitelist: true,
        forbidNonWhitelisted: true,
      });
      if (errors.length > 0) throw invalidArguments(tool, linesOf(errors));
      return instance;
    },
  };
}

function invalidArguments(tool: string, lines: string[]) {
  return validationFailed(lines, `Invalid arguments for tool ${tool}: ${lines.join('; ')}`);
}
