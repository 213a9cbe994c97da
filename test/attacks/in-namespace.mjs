// The service in a network namespace of its own, from which PostgreSQL is reached by a socket file only: arguments are
// that file and the port at which DATABASE_URL expects it.
import { connect, createServer } from 'node:net';

const [socketFile, port] = process.argv.slice(2);
createServer((client) => {
  const server = connect(socketFile);
  for (const [from, to] of [
    [client, server],
    [server, client],
  ]) {
    from.on('error', () => to.destroy());
    from.pipe(to);
  }
})
  .listen(Number(port), '127.0.0.1')
  .unref();

await import('../../dist/server/main.js');
