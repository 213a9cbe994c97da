import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';
import { ServiceError } from '../errors/service-error.js';
import { isMcpRequest } from '../mcp/protocol/request-body.js';
import { parseJson } from '../validation/parse-json.js';

/** Parses the body of a REST request that the other guards have admitted. It is the last global guard. */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType<string>() !== 'http') return true;
    const request = context.getArgByIndex<CallerRequest & { body?: unknown }>(0);
    if (typeof request.body !== 'string' || isMcpRequest(request)) return true;
    request.body = request.body === '' ? undefined : parsed(request.body);
    return true;
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new ServiceError('invalid_json', `The body is not valid JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
