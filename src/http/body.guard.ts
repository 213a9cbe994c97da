import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { isMcpRequest } from '../mcp/protocol/request-body.js';
import { UnreadBody } from './unread-body.js';

type BodyRequest = CallerRequest & { body?: unknown };

/**
 * Reads the body of an HTTP request as bounded text, once the guards before it know the caller. `JsonBodyGuard`
 * parses it on REST, and the controller parses it on the MCP endpoint.
 */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(@InjectSettings() private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    if (context.getType<string>() !== 'http') return true;
    const request = context.getArgByIndex<BodyRequest>(0);
    const unread = UnreadBody.of(request);
    if (!unread) return true;
    const { bodyLimitBytes, mcp } = this.settings;
    const maxBytes = isMcpRequest(request) ? mcp.bodyLimitBytes : bodyLimitBytes;
    return unread.text(maxBytes).then((text) => {
      request.body = text;
      return true;
    });
  }
}
