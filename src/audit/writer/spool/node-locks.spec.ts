import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { DataSource } from 'typeorm';
import { NodeLocks } from './node-locks.js';

describe('The locks of the audit nodes', () => {
  let silent: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    // PostgreSQL accepts connections before it answers, such as while it starts.
    silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('are closed while their connection is being opened', async () => {
    const { port } = silent.address() as AddressInfo;
    const dataSource = {
      options: { url: `postgres://bouncer@127.0.0.1:${port}/bouncer` },
    } as DataSource;
    const locks = new NodeLocks(dataSource);
    const held = locks.hold(
      '019a0000-0000-7000-8000-000000000000',
      () => Promise.resolve(true),
      () => {},
    );
    const [socket] = (await once(silent, 'connection')) as [Socket];
    await once(socket, 'data');
    await locks.close();
    await held;
    expect(locks.session).toBe(0);
  });
});
