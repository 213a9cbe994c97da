// The service, or with the argument `stdio` the command for one local client, with tools that misbehave beside its own.
import { AppModule } from '../../dist/app.module.js';
import { HostileModule } from './hostile-tools.mjs';

const original = AppModule.for.bind(AppModule);
AppModule.for = (settings, databaseUrl, config) =>
  original(settings, databaseUrl, { ...config, modules: [...config.modules, HostileModule] });

await import(process.argv[2] === 'stdio' ? '../../dist/cli/bouncer.js' : '../../dist/server/main.js');
