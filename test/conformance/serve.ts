import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { readSettings } from '../../src/config/settings.js';
import { resolveConfig } from '../../src/server/bouncer-config.js';
import { startService } from '../../src/server/http-service.js';
import { ContentFixtures } from './content.fixtures.js';
import { ConversationFixtures } from './conversation.fixtures.js';
import { RoundFixtures } from './round.fixtures.js';
import { McpModule } from '../../src/mcp/mcp.module.js';

/** What the official conformance suite expects to find, made with this service's own decorators. */
@Module({ imports: [McpModule], providers: [ContentFixtures, ConversationFixtures, RoundFixtures] })
class ConformanceModule {}

// The suite calls more often than a person's key may.
const settings = readSettings({ RATE_LIMIT_DEVELOPMENT: '1000000', ...process.env });
const service = await startService(settings, resolveConfig({ modules: [ConformanceModule] }, process.cwd()));
process.stdout.write(`\nBouncer serves ${service.url}/mcp with the fixtures of the conformance suite\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void service.stop().then(() => process.exit(0)));
