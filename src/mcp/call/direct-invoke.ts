import { PIPES_METADATA } from '@nestjs/common/internal';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { firstValueFrom, isObservable } from 'rxjs';
import { type Host, type Parameter, parametersOf } from './handler-parameters.js';
import type { CallCarrier } from '../../access/caller.js';

export type Invoke = (input: unknown, call: CallCarrier) => Promise<unknown>;

/**
 * Calls a method with the values that its parameter decorators create. Returns nothing when a pipe applies to the
 * method, its class or a parameter, or when a parameter belongs to REST: Nest then has to call the method.
 */
export function directInvoke(host: Host, method: string, contextType: string): Invoke | undefined {
  const handler = host[method]!;
  const type = host.constructor;
  const parameters = parametersOf(host, method);
  if ([handler, type].some((target) => Reflect.hasMetadata(PIPES_METADATA, target))) return undefined;
  if (!parameters.every(isMade)) return undefined;
  const length = Math.max(0, ...parameters.map(({ index }) => index + 1));
  const nothing = Array.from<unknown>({ length });
  // Nest also gives each parameter an execution context of its own, and evaluates the parameters concurrently.
  const made = ({ data, factory }: Made, given: unknown[]): unknown => {
    const context = new ExecutionContextHost(given, type, handler);
    context.setType(contextType);
    try {
      return factory(data, context);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return async (input, call) => {
    const given = [input, call];
    let args = nothing.slice();
    let promises = 0;
    let last = 0;
    for (const parameter of parameters) {
      const value = made(parameter, given);
      args[parameter.index] = value;
      if (!isThenable(value)) continue;
      promises++;
      last = parameter.index;
    }
    if (promises === 1) args[last] = await args[last];
    else if (promises > 1) args = await Promise.all(args);
    const returned = handler.apply(host, args);
    const value = isThenable(returned) ? await returned : returned;
    return isObservable(value) ? firstValueFrom(value, { defaultValue: undefined }) : value;
  };
}

type Made = Parameter & Required<Pick<Parameter, 'factory'>>;

const isMade = (parameter: Parameter): parameter is Made =>
  typeof parameter.factory === 'function' && !parameter.pipes?.length;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
