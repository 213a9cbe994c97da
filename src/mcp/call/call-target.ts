import type { Registered } from '../definitions/primitive.js';

/** What may be asked of a handler. */
export type CallMethod = 'tools/call' | 'resources/read' | 'prompts/get' | 'completion/complete';

/** What the audit row names beside the method. */
export interface CallLabels {
  tool: string | null;
  resource: string | null;
}

/** What a request wants to run, and with what. */
export interface CallTarget {
  method: CallMethod;
  /** The tool, prompt or URI that was asked for. */
  name: string;
  /** Nothing where there is no such handler. */
  entry: Registered | undefined;
  /** What a completion is for: where nobody completes it, there are no suggestions. */
  completes?: Registered | undefined;
  input: unknown;
  labels: CallLabels;
}

export type FoundTarget = CallTarget & { entry: Registered };

/** What is asked for, in words. */
export function wordsOf({ method, name }: CallTarget): string {
  if (method === 'tools/call') return `tool ${name}`;
  if (method === 'prompts/get') return `prompt ${name}`;
  return name;
}
