// Serves this service with all protections on, and the tool of all peers. The argument `off` disables the
// protections: the same program then admits everybody as one caller and audits nothing. Modules are loaded in the
// order of `main.ts`.
import { growYoungGeneration, keepHeapSmall } from '../../dist/server/v8-heap.js';

keepHeapSmall();

await import('reflect-metadata');
const { settingsFromEnvironment } = await import('../../dist/config/settings.js');
const { resolveConfig } = await import('../../dist/server/bouncer-config.js');
const { startService } = await import('../../dist/server/http-service.js');
const { EchoModule } = await import('./echo.module.mjs');
const { takeProtectionsOut } = await import('./without-protections.mjs');

const service = await startService(
  settingsFromEnvironment(),
  resolveConfig({ modules: [EchoModule] }, process.cwd()),
);
growYoungGeneration();
if (process.argv[2] === 'off') takeProtectionsOut(service.app);
process.stdout.write(`Serves ${service.url}/mcp\n`);
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => void service.stop().then(() => process.exit(0)));
