import { isInputRequiredResult, type CallToolResult, specTypeSchemas } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../../../config/settings.module.js';
import type { Settings } from '../../../config/settings.js';
import { internalError } from '../../../errors/nest-error.js';
import { ServiceError } from '../../../errors/service-error.js';
import { toResult } from './result-kinds.js';
import { wordsOf } from '../call-target.js';
import { issueLines } from '../../definitions/handler-input.js';
import { lossIn } from './json-loss.js';
import { MadeResult } from './made-result.js';
import type { McpCall } from '../mcp-call.js';
import type { Registered } from '../../definitions/primitive.js';
import { ResultSecrets } from './result-secrets.js';

/** Makes results of what handlers return, and holds them to their limits. */
@Injectable()
export class CallResults {
  private readonly checksOutput: boolean;

  constructor(
    private readonly secrets: ResultSecrets,
    @InjectSettings() private readonly settings: Settings,
  ) {
    this.checksOutput = settings.environment !== 'production';
  }

  /** @throws ServiceError where the value is none that a client could be sent */
  make(call: McpCall, returned: unknown): MadeResult | Promise<MadeResult> {
    const whole = madeOf(call, returned);
    const { maxResultBytes } = this.settings.mcp;
    const { bytes } = whole;
    if (bytes > maxResultBytes) throw tooLarge(call, bytes, maxResultBytes);
    const made = this.secrets.clean(call, whole);
    if (call.action !== 'tools/call' || !(call.context || this.checksOutput)) return made;
    // The SDK would refuse what the protocol does not know, but only after the row: so it is asked before.
    const hasBlocks = made.isWhole || Array.isArray(returned);
    const { outputSchema } = call.target.entry as Registered<'tool'>;
    return hasBlocks || outputSchema ? this.checked(call, made, outputSchema) : made;
  }

  /** A client may hold a result to the schema that the list has promised: who writes a tool learns it first. */
  private async checked(
    call: McpCall,
    made: MadeResult,
    outputSchema: Registered['outputSchema'],
  ): Promise<MadeResult> {
    const result = made.parsed() as CallToolResult;
    if (isInputRequiredResult(result)) return made;
    const spec = specTypeSchemas.CallToolResult['~standard'].validate(result);
    if (spec.issues) throw wrong(call, 'what is no result of a tool', issueLines(spec.issues));
    if (!this.checksOutput || !outputSchema || result.isError) return made;
    const checked = await outputSchema['~standard'].validate(result.structuredContent);
    if (checked.issues)
      throw shown(call, 'what its output schema does not allow', issueLines(checked.issues));
    return made;
  }
}

function madeOf(call: McpCall, returned: unknown): MadeResult {
  try {
    const made = MadeResult.of(returned, toResult(call.target, returned));
    // Bytes are the one thing that a resource is and JSON is not.
    const isBytes = call.action === 'resources/read' && returned instanceof Uint8Array;
    const loss = isBytes ? undefined : lossIn(returned);
    if (loss === undefined) return made;
    throw new TypeError(`JSON loses it: ${loss}`);
  } catch (cause) {
    throw wrong(call, 'what cannot be sent', [cause instanceof Error ? cause.message : String(cause)]);
  }
}

const messageOf = ({ target }: McpCall, what: string, lines: readonly string[]) =>
  `The ${wordsOf(target)} returned ${what}: ${lines.join('; ')}`;

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
    `The result of ${wordsOf(target)} has ${bytes} bytes; at most ${most} are sent. Ask for less: fewer or smaller items, or a narrower question.`,
    { data: { bytes, maxBytes: most } },
  );
