import type { LoggingLevel } from '@modelcontextprotocol/server';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ClientQuestions } from './client-input.js';
import { describeTarget } from './call-target.js';
import type { McpCall } from './mcp-call.js';
import { NotificationQuota } from './notification-quota.js';
import { markParameter } from './parameter-kinds.js';

const callOf = (context: ExecutionContext): McpCall => context.getArgByIndex<McpCall>(1);

const checkedInput = markParameter('input', (_: unknown, context: ExecutionContext) =>
  callOf(context).input(),
);

/**
 * Injects the validated arguments into a handler. A class-validator DTO as the type of the parameter is also the
 * schema of the arguments.
 *
 * @example
 * ```ts
 * @Tool({ name: 'invoices_get', description: 'Read an invoice' })
 * @Scopes('invoices:read')
 * get(@Input() { id }: GetInvoiceDto) {
 *   return this.invoices.get(id);
 * }
 * ```
 */
export const Input = createParamDecorator(checkedInput);

/**
 * Injects the {@link McpCall}, which has the request, its id, the client and the abort signal.
 *
 * @example
 * ```ts
 * find(@Input() input: FindInvoiceDto, @CurrentCall() call: McpCall) {
 *   return this.invoices.find(input, call.request.id);
 * }
 * ```
 */
export const CurrentCall = createParamDecorator((_: unknown, context) => callOf(context));

/**
 * Injects an `AbortSignal` that fires when the client disconnects or cancels, and when the handler's time limit is
 * over.
 *
 * @example
 * ```ts
 * find(@Input() input: FindInvoiceDto, @Signal() signal: AbortSignal) {
 *   return fetch(this.url, { signal });
 * }
 * ```
 */
export const Signal = createParamDecorator((_: unknown, context) => callOf(context).signal);

/**
 * Reports the progress of a handler to the client. It does nothing when the client has not requested progress.
 *
 * @example
 * ```ts
 * await report(3, 10, 'Pages read');
 * ```
 */
export type ReportProgress = (progress: number, total?: number, message?: string) => Promise<void>;

/**
 * Sends a log message to the client, if the client wants messages of that level.
 *
 * @example
 * ```ts
 * await log('info', 'Half of it is done');
 * ```
 */
export type SendLog = (level: LoggingLevel, data: unknown, logger?: string) => Promise<void>;

function progressFactory(_: unknown, executed: ExecutionContext): ReportProgress {
  const call = callOf(executed);
  const { context, meta } = call;
  const quota = new NotificationQuota(describeTarget(call.target));
  const { progressToken } = meta as { progressToken?: string | number };
  return async (progress, total, message) => {
    if (!context || progressToken === undefined) return;
    const params = {
      progressToken,
      progress,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    };
    if (quota.tryConsume(params))
      await context.mcpReq.notify({
        method: 'notifications/progress',
        params: call.cleanMessage(params),
      });
  };
}

function logFactory(_: unknown, executed: ExecutionContext): SendLog {
  const call = callOf(executed);
  const quota = new NotificationQuota(describeTarget(call.target));
  return async (level, data, name) => {
    if (call.context && quota.tryConsume(data))
      await call.context.mcpReq.log(level, call.cleanMessage(data), call.cleanMessage(name));
  };
}

const inputFactory = (_: unknown, context: ExecutionContext) => new ClientQuestions(callOf(context));

// These talk to the client before the answer, so the SDK serves their handlers.
for (const factory of [progressFactory, logFactory, inputFactory]) markParameter('interactive', factory);

/**
 * Injects a {@link ReportProgress}.
 *
 * @example
 * ```ts
 * async import(@Progress() report: ReportProgress) {
 *   for (const page of pages) await report(page.number, pages.length);
 * }
 * ```
 */
export const Progress = createParamDecorator(progressFactory);

/**
 * Injects a {@link SendLog}.
 *
 * @example
 * ```ts
 * async import(@Log() log: SendLog) {
 *   await log('warning', 'Two invoices have no customer');
 * }
 * ```
 */
export const Log = createParamDecorator(logFactory);

/**
 * Asks the person, the model or the client. `@ClientInput()` injects it.
 *
 * @example
 * ```ts
 * const { action, content } = await input.elicit('sure', { message: 'Void it?', requestedSchema });
 * ```
 */
export type ClientInput = ClientQuestions;

/**
 * Injects a {@link ClientInput}. The handler runs again from its beginning after each answer, so it asks before it
 * acts.
 *
 * @example
 * ```ts
 * @Tool({ name: 'invoices_void', description: 'Void an invoice' })
 * @Scopes('invoices:delete')
 * async void(@Input() { id }: VoidInvoiceDto, @ClientInput() input: ClientInput) {
 *   const { action } = await input.elicit('sure', { message: `Void ${id}?`, requestedSchema });
 *   if (action === 'accept') await this.invoices.void(id);
 * }
 * ```
 */
export const ClientInput = createParamDecorator(inputFactory);
