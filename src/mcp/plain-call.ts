import { PIPES_METADATA } from '@nestjs/common/internal';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type Host, type Parameter, parametersOf } from './handler-parameters.js';
import type { CallCarrier } from '../access/caller.js';

export type Invoke = (input: unknown, call: CallCarrier) => Promise<unknown>;

/**
 * Calls a method with what the factories of its parameters make. Nothing where a pipe of the method, its class or a
 * parameter has a say in that, or where a parameter belongs to REST: such a method is Nest's to call.
 */
export function plainCall(
  host: Host,
  method: string,
  callback: (...args: unknown[]) => unknown,
  contextType: string,
): Invoke | undefined {
  const handler = host[method]!;
  const type = host.constructor;
  const parameters = parametersOf(host, method);
  if ([handler, type].some((target) => Reflect.hasMetadata(PIPES_METADATA, target))) return undefined;
  if (!parameters.every(isMade)) return undefined;
  const length = Math.max(0, ...parameters.map(({ index }) => index + 1));
  return async (input, call) => {
    const context = new ExecutionContextHost([input, call], type, handler);
    context.setType(contextType);
    const args = Array.from<unknown>({ length });
    for (const { index, data, factory } of parameters) {
      const value = factory(data, context);
      args[index] = isThenable(value) ? await value : value;
    }
    return callback.apply(host, args);
  };
}

const isMade = (parameter: Parameter): parameter is Parameter & Required<Pick<Parameter, 'factory'>> =>
  parameter.factory !== undefined && !parameter.pipes?.length;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
