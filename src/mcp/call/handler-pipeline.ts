import { Injectable, type Type } from '@nestjs/common';
import { INTERCEPTORS_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import { EmptyError, firstValueFrom, isObservable } from 'rxjs';
import { type CallCarrier, MCP_CONTEXT } from '../../access/caller.js';
import { AuditInterceptor } from '../../audit/recording/audit.interceptor.js';
import { AuditedCalls } from '../../audit/recording/audited-calls.js';
import { AuditSubjects } from '../../audit/recording/audit-subjects.js';
import { type CallSubject, keepGiven } from '../../audit/recording/call-subject.js';
import { wrapHandler } from '../../audit/recording/handler-wrapper.js';
import { RestValidationPipe } from '../../validation/rest-validation.pipe.js';
import type { Host } from './handler-parameters.js';
import type { McpCall } from './mcp-call.js';
import { CallRunner } from './call-runner.js';
import { type Invoke, directInvoke } from './direct-invoke.js';

type Callback = (...args: unknown[]) => unknown;

/** Lists the global enhancers that ignore MCP calls. Any other global enhancer makes Nest's own chain necessary. */
const REST_ONLY: readonly Type[] = [AuditInterceptor, RestValidationPipe];
const isForCalls = (enhancer: object): boolean => !REST_ONLY.some((type) => enhancer instanceof type);
/** Gives `@Body()` and the other REST parameters no value, because an MCP call has none for them. */
const noRestParameters = { exchangeKeyForValue: () => undefined };

/**
 * Builds what runs for a call of a method: guards, then the audit with {@link CallRunner} inside it, then
 * interceptors, pipes and the method, with exception filters around all of it. Nest runs each of them as for a REST
 * handler. Nest's interceptor chain costs a tenth of a call even when only the audit uses it, so the audit is called
 * here directly (decision 0011).
 */
@Injectable()
export class HandlerPipeline {
  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly subjects: AuditSubjects,
    private readonly calls: AuditedCalls,
    private readonly runner: CallRunner,
    private readonly globals: ApplicationConfig,
  ) {}

  build(host: Host, method: string): Invoke {
    const handler = host[method]!;
    const interceptors =
      this.hasGlobalInterceptors || isIntercepted(handler) || isIntercepted(host.constructor);
    const within = interceptors
      ? this.withInterceptors(host, method)
      : this.withoutInterceptors(host, method);
    const audited = (input: unknown, call: CallCarrier) =>
      this.calls.execute(this.subjects.get(call)!, () =>
        this.runner.awaitHandler(call as McpCall, within(input, call)),
      );
    const kept = this.subjects.keepsOf(handler) ? this.keepingInput(audited) : audited;
    return this.createContext(host, wrapHandler(handler, kept), method, { guards: true, filters: true });
  }

  /**
   * Collects the input for the audit row. An intent row is written before the handler runs, so an elevated call waits
   * for its input; other rows are written afterwards.
   */
  private keepingInput(audited: Invoke): Invoke {
    return (input, call) => {
      const subject = this.subjects.get(call)!;
      const keeping = keepInput(subject, call as McpCall);
      return subject.plan.elevated ? keeping.then(() => audited(input, call)) : audited(input, call);
    };
  }

  private get hasGlobalInterceptors(): boolean {
    const { globals } = this;
    return (
      globals.getGlobalInterceptors().some(isForCalls) || globals.getGlobalRequestInterceptors().length > 0
    );
  }

  private get hasGlobalPipes(): boolean {
    const { globals } = this;
    return globals.getGlobalPipes().some(isForCalls) || globals.getGlobalRequestPipes().length > 0;
  }

  private withInterceptors(host: Host, method: string): Invoke {
    const callback = withFirstValue(host[method]!, true);
    const chain = this.createContext(host, callback, method, { interceptors: true }, ROUTE_ARGS_METADATA);
    return (input, call) => chain(input, call).catch(undefinedIfEmpty);
  }

  private withoutInterceptors(host: Host, method: string): Invoke {
    const plain = this.hasGlobalPipes ? undefined : directInvoke(host, method, MCP_CONTEXT);
    return (
      plain ?? this.createContext(host, withFirstValue(host[method]!, false), method, {}, ROUTE_ARGS_METADATA)
    );
  }

  private createContext(
    host: Host,
    callback: (...args: never[]) => unknown,
    method: string,
    options: { guards?: boolean; interceptors?: boolean; filters?: boolean },
    parameters?: string,
  ): Invoke {
    return this.contexts.create(
      host,
      callback as (...args: unknown[]) => unknown,
      method,
      parameters,
      parameters === undefined ? undefined : noRestParameters,
      undefined,
      undefined,
      { guards: false, interceptors: false, filters: false, ...options },
      MCP_CONTEXT,
    ) as Invoke;
  }
}

const withFirstValue = (handler: Callback, interceptors: boolean): Callback =>
  wrapHandler(handler, function (this: Host, ...args: unknown[]) {
    return firstValueOf(handler.apply(this, args), interceptors);
  });

/**
 * Takes the first value of an observable, also when an async method returns it. A handler that fails with
 * `EmptyError` gets another error, because an interceptor that answers with nothing fails in the same way.
 */
function firstValueOf(returned: unknown, interceptors: boolean): unknown {
  const value = firstOf(returned);
  if (!(value instanceof Promise)) return value;
  const settled = value.then(firstOf);
  return interceptors ? settled.catch(replaceEmptyError) : settled;
}

const firstOf = (value: unknown): unknown =>
  isObservable(value) ? firstValueFrom(value, { defaultValue: undefined }) : value;

function replaceEmptyError(error: unknown): never {
  throw error instanceof EmptyError
    ? new Error('The handler awaited an observable that ended without a value', { cause: error })
    : error;
}

function undefinedIfEmpty(error: unknown): undefined {
  if (!(error instanceof EmptyError)) throw error;
}

const isIntercepted = (target: object | Type): boolean => Reflect.hasMetadata(INTERCEPTORS_METADATA, target);

/** Ignores invalid input here, because the handler's parameter reports it. */
const keepInput = (subject: CallSubject, call: McpCall): Promise<void> =>
  call.input().then(
    (given) => keepGiven(subject, given),
    () => undefined,
  );
