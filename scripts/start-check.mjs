// Runs `npm start` or the given command. Fails unless it serves within the given number of seconds.
//   node scripts/start-check.mjs [SECONDS [COMMAND ...]]
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const limit = Number(process.argv[2] ?? 20);
const [command, ...words] = process.argv.length > 3 ? process.argv.slice(3) : ['npm', 'start'];
const started = Date.now();
const child = spawn(command, words, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
const end = once(child, 'close');

const url = await new Promise((resolve) => {
  const poll = setInterval(() => {
    const match = /Bouncer serves (http:\S+)\/mcp/.exec(output);
    const over = Date.now() - started > limit * 1000 || child.exitCode !== null;
    if (!match && !over) return;
    clearInterval(poll);
    resolve(match?.[1]);
  }, 50);
});
const seconds = (Date.now() - started) / 1000;
const health = url && (await fetch(`${url}/health/ready`));
process.kill(-(child.pid ?? 0), 'SIGTERM');
await end;
if (!health?.ok) {
  console.error(`${[command, ...words].join(' ')} did not serve within ${limit} s:\n${output}`);
  process.exit(1);
}
console.log(`served after ${seconds.toFixed(1)} s`);
