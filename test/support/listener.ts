import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Listens, and does with each connection what it is told to. */
export async function listener(act: 'hang up' | 'say nothing') {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (act === 'hang up') socket.destroy();
    // What is sent has to be read for the end of the connection to arrive.
    else socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = once(server, 'connection');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
