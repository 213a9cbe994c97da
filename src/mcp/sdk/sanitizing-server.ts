import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  type JSONRPCRequest,
  ProtocolError,
  type Result,
  Server,
  type ServerContext,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server';
import { Logger } from '@nestjs/common';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { issueLines } from '../definitions/handler-input.js';

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/**
 * Extends the SDK's server, which sends the text of every error, and reports invalid parameters as an internal error
 * with the validator's JSON. This one names the invalid parameter, and hides the text of unexpected errors.
 */
export class SanitizingServer extends Server {
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = super._wrapHandler(method, handler);
    return async (request, context) => {
      try {
        return await wrapped(request, context);
      } catch (error) {
        throw toProtocolError(error);
      }
    };
  }
}

function toProtocolError(error: unknown): ProtocolError {
  const message = error instanceof Error ? error.message : '';
  const [, subject, json] = /^(?:Invalid \S+ (request|result): )?(\[.*\])$/s.exec(message) ?? [];
  if (subject !== 'result') {
    const lines = linesIn(json);
    if (lines) return new ProtocolError(INVALID_PARAMS, `Invalid params: ${maskSecrets(lines.join('; '))}`);
    if (error instanceof ProtocolError) return error;
  }
  new Logger(SanitizingServer.name).error(
    'A request failed inside the MCP SDK and was answered with "Internal error"',
    error instanceof Error ? error.stack : error,
  );
  return new ProtocolError(INTERNAL_ERROR, 'Internal error');
}

function linesIn(json: string | undefined): string[] | undefined {
  if (json === undefined) return undefined;
  try {
    const issues = JSON.parse(json) as StandardSchemaV1.Issue[];
    return issueLines(issues.map(({ path, message }) => ({ path: path?.slice(1) ?? [], message })));
  } catch {
    return undefined;
  }
}
