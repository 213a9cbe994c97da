import { Injectable } from '@nestjs/common';
import { CallCounts } from '../../audit/recording/call-counts.js';
import { McpRegistry } from './mcp-registry.js';

/** Tells {@link CallCounts} which tools exist, because a client can make up any number of names. */
@Injectable()
export class CountedTools {
  constructor(registry: McpRegistry, counts: CallCounts) {
    counts.nameTools((tool) => registry.tools.find(tool) !== undefined);
  }
}
