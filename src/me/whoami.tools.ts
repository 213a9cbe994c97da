import { Injectable } from '@nestjs/common';
import { Authenticated, CurrentCaller } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { Tool } from '../mcp/tool.decorator.js';
import { type Me, MeService } from './me.service.js';

@Injectable()
export class WhoamiTools {
  constructor(private readonly me: MeService) {}

  @Tool({
    name: 'whoami',
    description: 'Who you act for, what this key may do, the calls left this minute, and when the key ends.',
    annotations: { readOnlyHint: true },
  })
  @Authenticated()
  whoami(@CurrentCaller() caller: Caller): Me {
    return this.me.describe(caller);
  }
}
