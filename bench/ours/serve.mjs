// This service with everything on, and the tool of all peers. `off` as the argument takes the protections out: the same
// program, whose guards let everybody in as one caller and whose audit records nothing.
import 'reflect-metadata';
import '../../dist/lean-heap.js';
import { settingsFromEnvironment } from '../../dist/config/settings.js';
import { startService } from '../../dist/service.js';
import { EchoModule } from './echo.module.mjs';
import { takeProtectionsOut } from './without-protections.mjs';

const service = await startService(settingsFromEnvironment(), [EchoModule]);
if (process.argv[2] === 'off') takeProtectionsOut(service.app);
process.stdout.write(`Serves ${service.url}/mcp\n`);
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => void service.stop().then(() => process.exit(0)));
