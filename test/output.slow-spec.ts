import type { Socket } from 'node:net';
import { Injectable, Module } from '@nestjs/common';
import { Authenticated } from '../src/access/access.decorators.js';
import { DocsController } from '../src/openapi/docs.controller.js';
import { OutputLedger } from '../src/http/output-ledger.js';
import { ResourceUpdates } from '../src/mcp/registry/resource-updates.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { ENVELOPE } from './support/envelope.js';
import { headOf, type RawConnection, sendRaw } from './support/raw-request.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const MEBIBYTE = 1024 * 1024;
/** Exceeds the buffers of the operating system. */
const LARGE = 16 * MEBIBYTE;
const text = 'x'.repeat(LARGE);
/** A long URI that matches a template of the service, so that a few thousand changes fill the buffers. */
const LONG_URI = `document://${'x'.repeat(7_900)}`;

let running = 0;
let mostRunning = 0;
let released: Promise<void> = Promise.resolve();

@Injectable()
class OutputTools {
  @Tool({ name: 'output_large', description: 'Answers with much' })
  @Authenticated()
  large() {
    return text;
  }

  @Tool({ name: 'output_slow', description: 'Says how many of it ran at once' })
  @Authenticated()
  async slow() {
    mostRunning = Math.max(mostRunning, ++running);
    await released;
    running--;
    return 'done';
  }
}

@Module({ providers: [OutputTools] })
class OutputModule {}

describe('Data that a client does not read', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;
  let sockets: Socket[] = [];
  /** The service's ends of connections, by the port of the client. */
  const accepted = new Map<number, Socket>();

  const start = async (env: Record<string, string>) => {
    service = await TestService.start({
      modules: [OutputModule],
      env: { MCP_MAX_RESULT_BYTES: String(4 * LARGE), MCP_SESSIONS_PER_USER: '5', ...env },
    });
    accepted.clear();
    service.service.app
      .getHttpServer()
      .on('connection', (socket: Socket) => accepted.set(socket.remotePort!, socket));
    user = await service.createUser({ role: 'auditor' });
    key = (await service.createKey(user, ['documents:read', 'audit:read'])).apiKey;
  };

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    await service.stop();
  });

  const ledger = () => service.service.app.get(OutputLedger, { strict: false });
  /** Returns whether the service still has the other end of a connection. */
  const isOpen = ({ socket }: RawConnection) => accepted.get(socket.localPort!)?.destroyed === false;

  /** Sends one or several requests, and reads nothing of the answers. */
  const unread = (request: string): RawConnection => {
    const connection = sendRaw(service.url, request);
    connection.socket.pause();
    sockets.push(connection.socket);
    return connection;
  };

  const post = (body: unknown, more: [string, string][] = [], apiKey = key) => {
    const json = JSON.stringify(body);
    const headers: [string, string][] = [
      ['Host', 'localhost'],
      ['Authorization', `Bearer ${apiKey}`],
      ['Accept', 'application/json, text/event-stream'],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(Buffer.byteLength(json))],
      ...more,
    ];
    return headOf('POST', '/mcp', headers) + json;
  };
  const get = (path: string, more: [string, string][] = []) =>
    headOf('GET', path, [['Host', 'localhost'], ['Authorization', `Bearer ${key}`], ...more]);
  const call = (name: string, id = 1) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });

  const session = async (): Promise<[string, string]> => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'spec', version: '1' },
    };
    const answer = await service.rpc(key, 'initialize', params);
    return ['Mcp-Session-Id', answer.headers.get('mcp-session-id')!];
  };

  const listen = () =>
    post(
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'subscriptions/listen',
        params: { notifications: { resourceSubscriptions: [LONG_URI] }, _meta: ENVELOPE },
      },
      [
        ['Mcp-Protocol-Version', '2026-07-28'],
        ['Mcp-Method', 'subscriptions/listen'],
      ],
    );

  const change = (times: number) => {
    const { changes } = service.service.app.get(ResourceUpdates, { strict: false });
    for (let i = 0; i < times; i++) changes.next({ uri: LONG_URI, userId: user.id });
  };

  const addRows = () =>
    service.query(
      `INSERT INTO audit_events (id, occurred_at, action, outcome, metadata, node_id, node_seq, user_id)
       SELECT gen_random_uuid(), now(), 'spec', 'success', jsonb_build_object('text', repeat('x', 4000)),
              gen_random_uuid(), n, $1::uuid
       FROM generate_series(1, 6000) AS n`,
      [user.id],
    );

  describe('after OUTPUT_STALL_SECONDS', () => {
    beforeEach(() => start({ OUTPUT_STALL_SECONDS: '1' }));

    const isThrownAway = async (request: string) => {
      const connection = unread(request);
      await until(() => ledger().size > 0, 20_000);
      expect(ledger().size).toBe(1);
      await until(() => !isOpen(connection), 20_000);
      await until(() => ledger().size === 0);
      expect([isOpen(connection), ledger().size]).toEqual([false, 0]);
      expect((await service.call(key, 'whoami')).status).toBe(200);
    };

    it('is discarded with its connection if it is an answer of /mcp', () =>
      isThrownAway(post(call('output_large'))));

    it('is discarded with its connection if it is an answer in a session', async () =>
      isThrownAway(post(call('output_large'), [await session()])));

    it('is discarded with its connection if it is an export', async () => {
      await addRows();
      await isThrownAway(get('/api/audit/export'));
    });

    it('does not include a stream without events, whose connection stays open', async () => {
      unread(listen());
      await until(() => ledger().size > 0);
      unread(post(call('output_large')));
      await until(() => ledger().size === 2);
      await until(() => ledger().size === 1, 20_000);
      expect(ledger().size).toBe(1);
    });
  });

  it('does not include an answer that is read slowly, whose connection stays open', async () => {
    await start({ OUTPUT_STALL_SECONDS: '3' });
    const { socket, received } = unread(post(call('output_large')));
    await until(() => ledger().size > 0);
    const reading = setInterval(() => {
      socket.once('data', () => socket.pause());
      socket.resume();
    }, 20);
    unread(post(call('output_large')));
    await until(() => ledger().size === 2);
    await until(() => ledger().size === 1, 20_000);
    expect(ledger().size).toBe(1);
    clearInterval(reading);
    socket.resume();
    await until(() => received().length > LARGE, 20_000);
    expect(received().length).toBeGreaterThan(LARGE);
  });

  describe('beyond its bounds', () => {
    beforeEach(() =>
      start({
        OUTPUT_STALL_SECONDS: '3600',
        OUTPUT_USER_MAX_BYTES: String(2 * LARGE - MEBIBYTE),
        OUTPUT_MAX_BYTES: String(3 * LARGE - MEBIBYTE),
      }),
    );

    it('ends a stream of changes (subscriptions/listen)', async () => {
      const connection = unread(listen());
      await until(() => ledger().size > 0);
      expect([isOpen(connection), ledger().size]).toEqual([true, 1]);
      await until(() => {
        change(100);
        return ledger().size === 0;
      }, 20_000);
      await until(() => !isOpen(connection));
      expect([isOpen(connection), ledger().size]).toEqual([false, 0]);
    });

    it('ends the stream of a session', async () => {
      const id = await session();
      const subscribed = await service.rpc(
        key,
        'resources/subscribe',
        { uri: LONG_URI },
        Object.fromEntries([id]),
      );
      expect(subscribed.text).toContain('"result":{}');
      unread(get('/mcp', [id, ['Accept', 'text/event-stream']]));
      await until(() => ledger().size > 0);
      expect(ledger().size).toBe(1);
      await until(() => {
        change(100);
        return ledger().size === 0;
      }, 20_000);
      expect(ledger().size).toBe(0);
    });

    it('of one user makes further answers 503, and does not affect other users', async () => {
      const { socket } = unread(post(call('output_large')));
      await until(() => ledger().size > 0);
      const refused = await service.call(key, 'output_large');
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('5');
      expect(refused.body).toMatchObject({ id: 1, error: { data: { code: 'output_backlog' } } });
      expect((await service.call(key, 'whoami')).status).toBe(200);
      const other = await service.createKey(await service.createUser(), ['read']);
      expect((await service.call(other.apiKey, 'output_large')).status).toBe(200);
      socket.destroy();
      await until(() => ledger().size === 0);
      expect(ledger().size).toBe(0);
      expect((await service.call(key, 'output_large')).status).toBe(200);
    });

    it('of all users drops the answers of the user with the most', async () => {
      const others = [
        await service.createKey(await service.createUser(), ['read']),
        await service.createKey(await service.createUser(), ['read']),
      ];
      const [first, second] = others.map(({ apiKey }) => unread(post(call('output_large'), [], apiKey)));
      await until(() => ledger().size === 2);
      expect(ledger().size).toBe(2);
      expect((await service.call(key, 'output_large')).status).toBe(200);
      await until(() => ledger().size === 1);
      expect(ledger().size).toBe(1);
      first!.socket.destroy();
      second!.socket.destroy();
      await until(() => ledger().size === 0);
      expect(ledger().size).toBe(0);
    });
  });

  describe('because of pipelined requests', () => {
    beforeEach(() => start({}));

    const whoami = () => post(call('whoami'));

    it('is bounded: each request begins after the answer before it is sent, and all are answered in order', async () => {
      let release!: () => void;
      released = new Promise((resolve) => (release = resolve));
      mostRunning = 0;
      const requests = Array.from({ length: 20 }, (_, id) => post(call('output_slow', id)));
      const { received, socket } = sendRaw(service.url, requests.join(''));
      sockets.push(socket);
      await until(() => running === 1);
      release();
      await until(() => received().includes('"id":19'));
      expect(mostRunning).toBe(1);
      const ids = [...received().matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id));
      expect(ids).toEqual(Array.from({ length: 20 }, (_, id) => id));
    });

    it('does not prevent a body that arrives later, after a pause in reading, from being read', async () => {
      const body = JSON.stringify(call('whoami', 77));
      const next = post(call('whoami', 77));
      const { received, socket } = sendRaw(service.url, whoami() + next.slice(0, -body.length));
      sockets.push(socket);
      await until(() => received().includes('"id":1'));
      socket.write(body);
      await until(() => received().includes('"id":77'));
      expect(received()).toContain('"id":77');
      socket.write(post(call('whoami', 78)));
      await until(() => received().includes('"id":78'));
      expect(received()).toContain('"id":78');
    });

    it('ends a connection that pipelines hundreds of requests, of which hardly any runs', async () => {
      const connection = sendRaw(service.url, whoami().repeat(300));
      sockets.push(connection.socket);
      await connection.closed;
      expect(connection.socket.destroyed).toBe(true);
      expect((await service.auditRows("tool = 'whoami'")).length).toBeLessThan(50);
    });

    it('consists of the same buffer of the document for all', async () => {
      const controller = service.service.app.get(DocsController, { strict: false });
      const document = await controller.document();
      expect(await controller.document()).toBe(document);
      const answer = await service.request('GET', '/docs/openapi.json');
      expect(answer.text).toBe(document.toString());
    });
  });
});
