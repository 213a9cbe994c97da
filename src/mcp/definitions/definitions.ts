import type { Type } from '@nestjs/common';
import { passthrough, type HandlerInput, handlerInput, jsonSchemaOf } from './handler-input.js';
import type { Declaration, PrimitiveDefinitions, PrimitiveKind } from './primitive.js';
import { variablesOf } from './uri-pattern.js';

const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** Returns the name by which requests find the handler. */
export function nameOf({ kind, options }: Declaration): string {
  switch (kind) {
    case 'resource':
      return options.uri;
    case 'template':
      return options.uriTemplate;
    case 'completion':
      return completionName('prompt' in options ? options.prompt : options.uriTemplate, options.argument);
    default:
      return options.name;
  }
}

/** Returns the name of a handler for its limits. A resource and a template are read alike. */
export const limitNameOf = (kind: PrimitiveKind, name: string): string =>
  `${kind === 'template' ? 'resource' : kind}:${name}`;

export const completionName = (of: string, argument: string): string => `${of} ${argument}`;

/** @param type the class of the `@Input()` parameter, if it has validators */
export function inputOf({ kind, options }: Declaration, type: Type | undefined): HandlerInput {
  switch (kind) {
    case 'tool':
      return handlerInput(options.inputSchema, type);
    case 'prompt':
      return handlerInput(options.argsSchema, type);
    case 'template':
      return handlerInput(options.inputSchema, type, passthrough(...variablesOf(options.uriTemplate)));
    case 'completion':
      return passthrough('value', 'arguments');
    default:
      return passthrough();
  }
}

/** Returns the definition that lists show. */
export function definitionOf(
  { kind, options }: Declaration,
  input: HandlerInput,
): PrimitiveDefinitions[PrimitiveKind] {
  switch (kind) {
    case 'tool': {
      const { inputSchema: _, outputSchema, ...shown } = options;
      if (!TOOL_NAME.test(options.name))
        throw new Error(
          `The tool name ${options.name} is not valid: use 1 to 128 of the characters A-Z a-z 0-9 _ - .`,
        );
      return {
        ...shown,
        inputSchema: input.jsonSchema,
        ...(outputSchema && { outputSchema: jsonSchemaOf(outputSchema, 'output') }),
      } as PrimitiveDefinitions['tool'];
    }
    case 'template': {
      const { inputSchema: _, ...shown } = options;
      return shown;
    }
    case 'prompt': {
      const { argsSchema: _, ...shown } = options;
      return { ...shown, ...argumentsOf(input) };
    }
    default:
      return options;
  }
}

/** Lists a prompt's arguments one by one, because MCP has no JSON Schema for prompts. */
function argumentsOf({ jsonSchema }: HandlerInput): Pick<PrimitiveDefinitions['prompt'], 'arguments'> {
  const { properties = {}, required = [] } = jsonSchema as {
    properties?: Record<string, { title?: string; description?: string }>;
    required?: string[];
  };
  const names = Object.entries(properties);
  if (names.length === 0) return {};
  return {
    arguments: names.map(([name, { title, description }]) => ({
      name,
      ...(title && { title }),
      ...(description && { description }),
      required: required.includes(name),
    })),
  };
}
