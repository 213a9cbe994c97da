import { Injectable } from '@nestjs/common';
import { Authenticated, CurrentCaller } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentCall } from '../mcp/call/parameter.decorators.js';
import type { McpCall } from '../mcp/call/mcp-call.js';
import { Tool } from '../mcp/decorators/tool.decorator.js';
import type { KeyAccess } from './key-access.schema.js';
import { KeyAccessService } from './key-access.service.js';

@Injectable()
export class WhoamiTools {
  constructor(private readonly access: KeyAccessService) {}

  @Tool({
    name: 'whoami',
    description:
      'Who you act for, what this key may do and which scopes it lacks, the calls left this minute, and when the key ends.',
    annotations: { readOnlyHint: true },
  })
  @Authenticated()
  whoami(@CurrentCaller() caller: Caller, @CurrentCall() call: McpCall): Promise<KeyAccess> {
    return this.access.describe(caller, call.request.ip);
  }
}
