// Is imported by a program in a network namespace of its own. It brings up the loopback device, and forwards
// connections to a port there.
import { execFileSync } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [port, path] = process.env.RELAY.split(' ');
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const server = createServer((near) => {
  const far = connect(path);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ]) {
    one.on('error', () => one.destroy()).on('close', () => other.destroy());
    one.pipe(other);
  }
});
await new Promise((listening) => server.listen(Number(port), '127.0.0.1', listening));
server.unref();
