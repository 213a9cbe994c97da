import { Injectable } from '@nestjs/common';
import type { CallTarget } from '../call/call-target.js';
import { completionName } from '../definitions/definitions.js';
import { isObject } from '../protocol/request-body.js';
import { McpRegistry } from './mcp-registry.js';

type Params = Record<string, unknown>;

/** Finds the handler that a request asks for, over every transport. */
@Injectable()
export class TargetResolver {
  constructor(private readonly registry: McpRegistry) {}

  /** @returns nothing for requests that run no handler, and for malformed ones */
  resolve(method: string, params: Params): CallTarget | undefined {
    switch (method) {
      case 'tools/call':
        return this.tool(params);
      case 'resources/read':
        return this.resource(params);
      case 'prompts/get':
        return this.prompt(params);
      case 'completion/complete':
        return this.completion(params);
      default:
        return undefined;
    }
  }

  private tool({ name, arguments: input = {} }: Params): CallTarget | undefined {
    if (typeof name !== 'string') return undefined;
    const entry = this.registry.tools.find(name);
    // A client may send any name, so an unknown one is a resource of the row: the values of `tool` stay few.
    const labels = entry ? { tool: name, resource: null } : { tool: null, resource: `tool:${name}` };
    return { method: 'tools/call', name, entry, input, labels };
  }

  private resource({ uri }: Params): CallTarget | undefined {
    if (typeof uri !== 'string') return undefined;
    const { entry, input = {} } = this.registry.findResource(uri) ?? {};
    return { method: 'resources/read', name: uri, entry, input, labels: { tool: null, resource: uri } };
  }

  private prompt({ name, arguments: input = {} }: Params): CallTarget | undefined {
    if (typeof name !== 'string') return undefined;
    const labels = { tool: null, resource: `prompt:${name}` };
    return { method: 'prompts/get', name, entry: this.registry.prompts.find(name), input, labels };
  }

  private completion({ ref, argument, context }: Params): CallTarget | undefined {
    if (!isObject(ref) || !isObject(argument) || typeof argument.name !== 'string') return undefined;
    const isPrompt = ref.type === 'ref/prompt';
    const name = isPrompt ? ref.name : ref.uri;
    if (typeof name !== 'string') return undefined;
    const filled = isObject(context) && isObject(context.arguments) ? context.arguments : {};
    return {
      method: 'completion/complete',
      name,
      entry: this.registry.completions.find(completionName(name, argument.name)),
      completes: isPrompt
        ? this.registry.prompts.find(name)
        : (this.registry.templates.find(name) ?? this.registry.resources.find(name)),
      input: { value: argument.value, arguments: filled },
      labels: { tool: null, resource: isPrompt ? `prompt:${name}` : name },
    };
  }
}
