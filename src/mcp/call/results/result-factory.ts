import {
  type CallToolResult,
  isInputRequiredResult,
  type Result,
  specTypeSchemas,
} from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../../../config/settings.module.js';
import type { Settings } from '../../../config/settings.js';
import { internalError } from '../../../errors/nest-error.js';
import { ServiceError } from '../../../errors/service-error.js';
import { toCompletionResult } from './completion-result.js';
import { describeTarget, type FoundTarget } from '../call-target.js';
import { issueLines } from '../../definitions/handler-input.js';
import { lossIn } from './json-loss.js';
import { SerializedResult } from './serialized-result.js';
import type { McpCall } from '../mcp-call.js';
import type { Registered } from '../../definitions/primitive.js';
import { toPromptResult } from './prompt-result.js';
import { toResourceResult } from './resource-result.js';
import { ResultSecrets } from './result-secrets.js';
import { toToolResult } from './tool-result.js';

/** Converts returned values to results, and enforces the limits of results. */
@Injectable()
export class ResultFactory {
  private readonly checksOutput: boolean;

  constructor(
    private readonly secrets: ResultSecrets,
    @InjectSettings() private readonly settings: Settings,
  ) {
    this.checksOutput = settings.environment !== 'production';
  }

  /** @throws ServiceError when the value cannot be sent to a client */
  create(call: McpCall, returned: unknown): SerializedResult | Promise<SerializedResult> {
    const whole = serialized(call, returned);
    const { maxResultBytes } = this.settings.mcp;
    const { bytes } = whole;
    if (bytes > maxResultBytes) throw tooLarge(call, bytes, maxResultBytes);
    const result = this.secrets.clean(call, returned, whole);
    if (call.action !== 'tools/call' || !(call.context || this.checksOutput)) return result;
    // The SDK refuses an invalid result only after the audit row is written, so the result is validated here first.
    const hasBlocks = result.isWhole || Array.isArray(returned);
    const { outputSchema } = call.target.entry as Registered<'tool'>;
    return hasBlocks || outputSchema ? this.validated(call, result, outputSchema) : result;
  }

  /**
   * Validates a result against the output schema that the list of tools promises. Clients may validate it as well, so
   * the author of the tool learns of a mistake first.
   */
  private async validated(
    call: McpCall,
    result: SerializedResult,
    outputSchema: Registered['outputSchema'],
  ): Promise<SerializedResult> {
    const parsed = result.parsed() as CallToolResult;
    if (isInputRequiredResult(parsed)) return result;
    const spec = specTypeSchemas.CallToolResult['~standard'].validate(parsed);
    if (spec.issues) throw invalidResult(call, 'what is no result of a tool', issueLines(spec.issues));
    if (!this.checksOutput || !outputSchema || parsed.isError) return result;
    const checked = await outputSchema['~standard'].validate(parsed.structuredContent);
    if (checked.issues)
      throw outputMismatch(call, 'what its output schema does not allow', issueLines(checked.issues));
    return result;
  }
}

function serialized(call: McpCall, returned: unknown): SerializedResult {
  try {
    const result = SerializedResult.of(returned, toResult(call.target, returned));
    // A resource may return bytes, which JSON cannot represent but a blob can.
    const isBytes = call.action === 'resources/read' && returned instanceof Uint8Array;
    const loss = isBytes ? undefined : lossIn(returned);
    if (loss === undefined) return result;
    throw new TypeError(`JSON cannot represent ${loss}`);
  } catch (cause) {
    throw invalidResult(call, 'what cannot be sent', [
      cause instanceof Error ? cause.message : String(cause),
    ]);
  }
}

/** @throws TypeError for what JSON cannot represent (BigInt, circular references) */
function toResult({ method, name, entry }: FoundTarget, returned: unknown): Result {
  if (isInputRequiredResult(returned)) return returned;
  switch (method) {
    case 'tools/call':
      return toToolResult(returned);
    case 'resources/read': {
      const { mimeType } = (entry as Registered<'resource' | 'template'>).definition;
      return toResourceResult(returned, name, mimeType);
    }
    case 'prompts/get':
      return toPromptResult(returned, (entry as Registered<'prompt'>).definition.description);
    default:
      return toCompletionResult(returned);
  }
}

const messageOf = ({ target }: McpCall, what: string, lines: readonly string[]) =>
  `The ${describeTarget(target)} returned ${what}: ${lines.join('; ')}`;

/** Reports an invalid result in the log alone. */
const invalidResult = (call: McpCall, what: string, lines: readonly string[]) =>
  internalError(new Error(messageOf(call, what, lines)));

/**
 * Reports an invalid result to the caller as well. It is used only outside production, when the caller is the author
 * of the tool.
 */
function outputMismatch(call: McpCall, what: string, lines: readonly string[]): ServiceError {
  const message = messageOf(call, what, lines);
  return new ServiceError('internal_error', message, { cause: new Error(message) });
}

const tooLarge = ({ target }: McpCall, bytes: number, most: number) =>
  new ServiceError(
    'result_too_large',
    `The result of ${describeTarget(target)} has ${bytes} bytes; at most ${most} are sent. Ask for less: fewer or smaller items, or a narrower question.`,
    { data: { bytes, maxBytes: most } },
  );
