import type { CallLabels } from '../../audit/recording/call-subject.js';
import type { Registered } from '../definitions/primitive.js';

/** What may be asked of a handler. */
export type CallMethod = 'tools/call' | 'resources/read' | 'prompts/get' | 'completion/complete';

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
export function describeTarget({ method, name }: CallTarget): string {
  if (method === 'tools/call') return `tool ${name}`;
  if (method === 'prompts/get') return `prompt ${name}`;
  return name;
}
