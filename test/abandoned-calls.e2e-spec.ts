import { rm } from 'node:fs/promises';
import { Injectable, Module } from '@nestjs/common';
import { Scopes } from '../src/access/access.decorators.js';
import { Progress, type ReportProgress } from '../src/mcp/call/parameter.decorators.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { LocalStdio } from './support/stdio.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

let running = 0;
let release: () => void;
const released = new Promise<void>((resolve) => (release = resolve));

/** Ignore their abort signal. */
@Injectable()
class StubbornTools {
  @Tool({ name: 'stubborn_run', description: 'Goes on' })
  @Scopes('documents:read')
  run() {
    return this.goOn();
  }

  @Tool({ name: 'stubborn_report', description: 'Goes on, served by the SDK' })
  @Scopes('documents:read')
  report(@Progress() _report: ReportProgress) {
    return this.goOn();
  }

  @Tool({ name: 'stubborn_delete', description: 'Goes on after its intent' })
  @Scopes('documents:delete')
  delete() {
    return this.goOn();
  }

  private async goOn() {
    running++;
    await released;
    return 'done';
  }
}

@Module({ providers: [StubbornTools] })
class StubbornModule {}

const TOOLS = ['stubborn_run', 'stubborn_report', 'stubborn_delete'];

// A client that disconnects does not undo what its call does.
describe('A stop', () => {
  it('waits for running calls whose client has disconnected, each of which leaves its row, over HTTP and over stdio', async () => {
    const service = await TestService.start({ modules: [StubbornModule] });
    const user = await service.createUser();
    const { apiKey } = await service.createKey(user, ['documents:read', 'documents:delete']);
    const gone = new AbortController();
    for (const [id, name] of TOOLS.entries()) {
      const call = { jsonrpc: '2.0', id, method: 'tools/call', params: { name } };
      void fetch(`${service.url}/mcp`, {
        method: 'POST',
        signal: gone.signal,
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify(call),
      }).catch(() => undefined);
    }
    await until(() => running === TOOLS.length);
    // The second service starts only now, because two in one process share Passport's one list of strategies.
    const stdio = await LocalStdio.start(service, apiKey, { modules: [StubbornModule] });
    for (const [id, name] of TOOLS.entries()) {
      const call = { jsonrpc: '2.0', id, method: 'tools/call', params: { name } };
      stdio.input.write(`${JSON.stringify(call)}\n`);
    }
    await until(() => running === 2 * TOOLS.length);
    gone.abort();
    for (const requestId of TOOLS.keys()) {
      const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
      stdio.input.write(`${JSON.stringify(cancel)}\n`);
    }
    stdio.input.end();
    await stdio.service.ended;

    const stopped = Promise.all([stdio.stop(), service.service.stop()]);
    setTimeout(release, 200);
    await stopped;
    const rows = await service.query(
      "SELECT tool, count(*)::int FROM audit_events WHERE user_id = $1 AND outcome = 'success' GROUP BY tool ORDER BY tool",
      [user.id],
    );
    expect(rows).toEqual([...TOOLS].sort().map((tool) => ({ tool, count: 2 })));
    await service.database.drop();
    await rm(service.dataDir, { recursive: true });
  });
});
