import { isInputRequiredResult, type CallToolResult, type Result } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { toResult } from './call-result.js';
import { wordsOf } from './call-target.js';
import { issueLines } from './handler-input.js';
import type { McpCall } from './mcp-call.js';
import type { Registered } from './primitive.js';
import { bytesOf } from './result-size.js';

/** Makes results of what handlers return, and holds them to their limits. */
@Injectable()
export class CallResults {
  private readonly checksOutput: boolean;

  constructor(@InjectSettings() private readonly settings: Settings) {
    this.checksOutput = settings.environment !== 'production';
  }

  /** @throws ServiceError where the value is none that a client could be sent */
  make(call: McpCall, returned: unknown): Result | Promise<Result> {
    const result = resultOf(call, returned);
    const { maxResultBytes } = this.settings.mcp;
    const bytes = bytesOf(result);
    if (bytes > maxResultBytes) throw tooLarge(call, bytes, maxResultBytes);
    if (!this.checksOutput || call.action !== 'tools/call') return result;
    return checkOutput(call, result as CallToolResult).then(() => result);
  }
}

function resultOf({ target }: McpCall, returned: unknown): Result {
  try {
    return toResult(target, returned);
  } catch (cause) {
    throw new ServiceError('internal_error', 500, 'Internal error', { cause });
  }
}

const tooLarge = ({ target }: McpCall, bytes: number, most: number) =>
  new ServiceError(
    'result_too_large',
    413,
    `The result of ${wordsOf(target)} has ${bytes} bytes; at most ${most} are sent. Ask for less: fewer or smaller items, or a narrower question.`,
    { data: { bytes, maxBytes: most } },
  );

/** A client may hold a result to the schema that the list has promised: who writes a tool learns it first. */
async function checkOutput({ target }: McpCall, result: CallToolResult): Promise<void> {
  const { outputSchema } = target.entry as Registered<'tool'>;
  if (!outputSchema || result.isError || isInputRequiredResult(result)) return;
  // As it will be sent: a Date is a text by then.
  const sent: unknown = result.structuredContent && JSON.parse(JSON.stringify(result.structuredContent));
  const checked = await outputSchema['~standard'].validate(sent);
  if (!checked.issues) return;
  const lines = issueLines(checked.issues).join('; ');
  const message = `The ${wordsOf(target)} returned what its output schema does not allow: ${lines}`;
  throw new ServiceError('internal_error', 500, message, { cause: new Error(message) });
}
