// Speaks to `codex app-server`, which connects to the MCP servers of the settings and calls a tool without a model.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const child = spawn('codex', ['app-server'], { stdio: ['pipe', 'pipe', 'ignore'] });
const waiting = new Map();
/** What codex tells a person of a server that it cannot use; it may tell that after it has refused a call. */
const startFailure = Promise.withResolvers();
createInterface({ input: child.stdout }).on('line', (line) => {
  const { id, method, params, result, error } = JSON.parse(line);
  if (method === 'mcpServer/startupStatus/updated' && params.error) startFailure.resolve(params.error);
  const settle = waiting.get(id);
  if (error) settle?.reject(new Error(error.message));
  else settle?.resolve(result);
});

let last = 0;
function ask(method, params) {
  const id = ++last;
  const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
  return answer;
}

try {
  await ask('initialize', { clientInfo: { name: 'real-clients', title: 'Real clients', version: '1.0.0' } });
  child.stdin.write(`${JSON.stringify({ method: 'initialized' })}\n`);
  const { thread } = await ask('thread/start', {});
  const { data } = await ask('mcpServerStatus/list', { threadId: thread.id });
  const result = await ask('mcpServer/tool/call', {
    threadId: thread.id,
    server: 'bouncer',
    tool: 'documents_search',
    arguments: { query: 'travel' },
  });
  console.log(JSON.stringify({ tools: Object.keys(data[0].tools), result }));
} catch (error) {
  const patience = AbortSignal.timeout(10_000);
  patience.addEventListener('abort', () => startFailure.reject(error));
  throw new Error(await startFailure.promise, { cause: error });
} finally {
  child.kill();
}
