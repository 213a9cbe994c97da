import type { CallLabels } from '../../audit/recording/call-subject.js';
import type { Registered } from '../definitions/primitive.js';

/** Lists the JSON-RPC methods that run a handler. */
export type CallMethod = 'tools/call' | 'resources/read' | 'prompts/get' | 'completion/complete';

/** Names the handler that a request asks for, with its arguments. */
export interface CallTarget {
  method: CallMethod;
  /** The name of the tool or prompt, or the URI. */
  name: string;
  /** Is undefined when no such handler exists. */
  entry: Registered | undefined;
  /**
   * The prompt or template that a completion completes. It may exist without a completion; the answer is then empty.
   */
  completes?: Registered | undefined;
  input: unknown;
  labels: CallLabels;
}

export type FoundTarget = CallTarget & { entry: Registered };

/** Describes a target in an error message, such as `tool whoami`. */
export function describeTarget({ method, name }: CallTarget): string {
  if (method === 'tools/call') return `tool ${name}`;
  if (method === 'prompts/get') return `prompt ${name}`;
  return name;
}
