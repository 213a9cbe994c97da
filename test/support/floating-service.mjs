// Runs the service, or with the argument `stdio` the command for one local client, with tools that leave promises
// behind.
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { decorateClass, decorateMethod } from '../../bench/peers/decorate.mjs';
import { Scopes } from '../../dist/access/access.decorators.js';
import { AppModule } from '../../dist/app.module.js';
import { Tool } from '../../dist/mcp/decorators/tool.decorator.js';

const SLOW_MS = 1_000;

async function helper() {
  await sleep(1);
  throw new Error('left in a helper');
}

class FloatingTools {
  /** Rejects at once, so that the stack has the tool's frame. */
  at_once() {
    void Promise.reject(new Error('left at once'));
    return 'done';
  }

  /** Calls an async method without awaiting it, so that the stack has its frame even after a wait. */
  later() {
    void this.inner();
    return 'done';
  }

  async inner() {
    await helper();
  }

  /** Rejects with a text, which has no stack. Only the running calls are known then. */
  async text() {
    setTimeout(() => void Promise.reject('left as a text'), 10);
    await sleep(SLOW_MS);
    return 'done';
  }
}
for (const name of ['at_once', 'later', 'text']) {
  const tool = Tool({ name: `floating_${name}`, description: 'Leaves a promise behind' });
  decorateMethod(FloatingTools, name, [tool, Scopes('floating:read')]);
}
class FloatingModule {}
decorateClass(FloatingModule, Module({ providers: [FloatingTools] }));

const original = AppModule.for.bind(AppModule);
AppModule.for = (settings, databaseUrl, config) =>
  original(settings, databaseUrl, { ...config, modules: [...config.modules, FloatingModule] });

await import(process.argv[2] === 'stdio' ? '../../dist/cli/bouncer.js' : '../../dist/server/main.js');
