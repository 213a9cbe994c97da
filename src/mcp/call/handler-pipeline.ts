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

/** Global enhancers that let MCP calls pass: Nest's chain is needed where there is any other one. */
const REST_ONLY: readonly Type[] = [AuditInterceptor, RestValidationPipe];
const isForCalls = (enhancer: object): boolean => !REST_ONLY.some((type) => enhancer instanceof type);
/** Only parameters made with `createParamDecorator` have a value here; `@Body()` and its like belong to REST. */
const noRestParameters = { exchangeKeyForValue: () => undefined };

/**
 * Makes of a method what runs for a call: guards; the audit, and within it {@link CallRunner}; interceptors, pipes, the
 * method; filters around all. Nest runs each of them as for a REST handler. Its interceptors cost a tenth of a call even
 * where there is none but the audit's, so that stands here by itself (decision 0011).
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
    const within = interceptors ? this.intercepted(host, method) : this.uninterrupted(host, method);
    const audited = (input: unknown, call: CallCarrier) =>
      this.calls.execute(this.subjects.get(call)!, () =>
        this.runner.awaitHandler(call as McpCall, within(input, call)),
      );
    const kept = this.subjects.keepsOf(handler) ? this.keeping(audited) : audited;
    return this.context(host, wrapHandler(handler, kept), method, { guards: true, filters: true });
  }

  /** An intent is left before anything runs, so it has to wait for what it keeps; other rows are written afterwards. */
  private keeping(audited: Invoke): Invoke {
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

  private intercepted(host: Host, method: string): Invoke {
    const callback = withFirstValue(host[method]!, true);
    const chain = this.context(host, callback, method, { interceptors: true }, ROUTE_ARGS_METADATA);
    return (input, call) => chain(input, call).catch(nothingWhereEmpty);
  }

  private uninterrupted(host: Host, method: string): Invoke {
    const plain = this.hasGlobalPipes ? undefined : directInvoke(host, method, MCP_CONTEXT);
    return plain ?? this.context(host, withFirstValue(host[method]!, false), method, {}, ROUTE_ARGS_METADATA);
  }

  private context(
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
 * Of an observable the first value, also where an async method returns it. A failure of the handler must not look like an
 * interceptor that answers with nothing.
 */
function firstValueOf(returned: unknown, interceptors: boolean): unknown {
  const value = firstOf(returned);
  if (!(value instanceof Promise)) return value;
  const settled = value.then(firstOf);
  return interceptors ? settled.catch(notEmpty) : settled;
}

const firstOf = (value: unknown): unknown =>
  isObservable(value) ? firstValueFrom(value, { defaultValue: undefined }) : value;

function notEmpty(error: unknown): never {
  throw error instanceof EmptyError
    ? new Error('The handler waited for a value in vain', { cause: error })
    : error;
}

function nothingWhereEmpty(error: unknown): undefined {
  if (!(error instanceof EmptyError)) throw error;
}

const isIntercepted = (target: object | Type): boolean => Reflect.hasMetadata(INTERCEPTORS_METADATA, target);

/** The input is checked once; the handler's parameter says what is wrong with it. */
const keepInput = (subject: CallSubject, call: McpCall): Promise<void> =>
  call.input().then(
    (given) => keepGiven(subject, given),
    () => undefined,
  );
