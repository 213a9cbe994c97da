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

/** Makes results of what handlers return, and holds them to their limits. */
@Injectable()
export class ResultFactory {
  private readonly checksOutput: boolean;

  constructor(
    private readonly secrets: ResultSecrets,
    @InjectSettings() private readonly settings: Settings,
  ) {
    this.checksOutput = settings.environment !== 'production';
  }

  /** @throws ServiceError where the value is none that a client could be sent */
  create(call: McpCall, returned: unknown): SerializedResult | Promise<SerializedResult> {
    const whole = serialized(call, returned);
    const { maxResultBytes } = this.settings.mcp;
    const { bytes } = whole;
    if (bytes > maxResultBytes) throw tooLarge(call, bytes, maxResultBytes);
    const result = this.secrets.clean(call, returned, whole);
    if (call.action !== 'tools/call' || !(call.context || this.checksOutput)) return result;
    // The SDK would refuse what the protocol does not know, but only after the row: so it is asked before.
    const hasBlocks = result.isWhole || Array.isArray(returned);
    const { outputSchema } = call.target.entry as Registered<'tool'>;
    return hasBlocks || outputSchema ? this.checked(call, result, outputSchema) : result;
  }

  /** A client may hold a result to the schema that the list has promised: who writes a tool learns it first. */
  private async checked(
    call: McpCall,
    result: SerializedResult,
    outputSchema: Registered['outputSchema'],
  ): Promise<SerializedResult> {
    const parsed = result.parsed() as CallToolResult;
    if (isInputRequiredResult(parsed)) return result;
    const spec = specTypeSchemas.CallToolResult['~standard'].validate(parsed);
    if (spec.issues) throw wrong(call, 'what is no result of a tool', issueLines(spec.issues));
    if (!this.checksOutput || !outputSchema || parsed.isError) return result;
    const checked = await outputSchema['~standard'].validate(parsed.structuredContent);
    if (checked.issues)
      throw shown(call, 'what its output schema does not allow', issueLines(checked.issues));
    return result;
  }
}

function serialized(call: McpCall, returned: unknown): SerializedResult {
  try {
    const result = SerializedResult.of(returned, toResult(call.target, returned));
    // Bytes are the one thing that a resource is and JSON is not.
    const isBytes = call.action === 'resources/read' && returned instanceof Uint8Array;
    const loss = isBytes ? undefined : lossIn(returned);
    if (loss === undefined) return result;
    throw new TypeError(`JSON loses it: ${loss}`);
  } catch (cause) {
    throw wrong(call, 'what cannot be sent', [cause instanceof Error ? cause.message : String(cause)]);
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

/** For the log alone. */
const wrong = (call: McpCall, what: string, lines: readonly string[]) =>
  internalError(new Error(messageOf(call, what, lines)));

/** Also for whoever writes the tool, who calls it while the service is not in production. */
function shown(call: McpCall, what: string, lines: readonly string[]): ServiceError {
  const message = messageOf(call, what, lines);
  return new ServiceError('internal_error', message, { cause: new Error(message) });
}

const tooLarge = ({ target }: McpCall, bytes: number, most: number) =>
  new ServiceError(
    'result_too_large',
    `The result of ${describeTarget(target)} has ${bytes} bytes; at most ${most} are sent. Ask for less: fewer or smaller items, or a narrower question.`,
    { data: { bytes, maxBytes: most } },
  );
