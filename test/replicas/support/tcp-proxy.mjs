// A TCP proxy between a replica and its PostgreSQL, which can lose the network between them.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export class TcpProxy {
  links = new Set();
  /** The directions in which nothing arrives. */
  dropped = { toServer: false, toClient: false };
  delayMs = 0;
  refuses = false;

  /** @param port of the server on loopback */
  static async start(port) {
    const proxy = new TcpProxy();
    proxy.server = createServer((client) => proxy.link(client, port)).listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  /** Holds back what is sent, without a word to either side. What TCP would send again arrives after {@link heal}. */
  drop({ toServer = true, toClient = true } = {}) {
    this.dropped = { toServer, toClient };
  }

  delay(ms) {
    this.delayMs = ms;
  }

  /** Ends all connections and refuses new ones. */
  cut() {
    this.refuses = true;
    for (const { client, server, held } of this.links) {
      client.destroy();
      server.destroy();
      for (const wake of held.splice(0)) wake();
    }
  }

  heal() {
    this.dropped = { toServer: false, toClient: false };
    this.delayMs = 0;
    this.refuses = false;
    for (const link of this.links) for (const wake of link.held.splice(0)) wake();
  }

  async stop() {
    this.heal();
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  link(client, port) {
    if (this.refuses) {
      client.destroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port, noDelay: true });
    client.setNoDelay(true);
    const link = { client, server, held: [] };
    this.links.add(link);
    for (const side of [client, server]) side.on('error', () => undefined);
    void Promise.all([
      this.forward(link, client, server, 'toServer'),
      this.forward(link, server, client, 'toClient'),
    ]).then(() => this.links.delete(link));
  }

  /** Forwards what one side sends, and its end. Neither arrives while packets are dropped. */
  async forward(link, from, to, direction) {
    const passes = async () => {
      while (this.dropped[direction] && !to.destroyed) await new Promise((wake) => link.held.push(wake));
    };
    // Each part arrives after the one before, and as late as all others.
    let arrived = Promise.resolve();
    const arrive = (act) => {
      const due = this.delayMs > 0 ? pause(this.delayMs) : undefined;
      arrived = arrived
        .then(() => due)
        .then(passes)
        .then(act);
    };
    try {
      for await (const bytes of from) arrive(() => to.destroyed || to.write(bytes));
    } catch {
      // The side has ended its connection without a word.
    }
    arrive(() => to.destroy());
    await arrived;
  }
}
