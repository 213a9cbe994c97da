import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { OpenStreams } from '../src/mcp/sdk/open-streams.js';
import { EventStream } from './support/event-stream.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

const LISTEN = {
  jsonrpc: '2.0',
  id: 1,
  method: 'subscriptions/listen',
  params: {
    notifications: { toolsListChanged: true },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

describe('A service that stops', () => {
  let service: TestService;
  const start = async (env: Record<string, string>) => {
    service = await TestService.start({ env });
  };
  const ready = () => service.request('GET', '/health/ready');

  it('is not ready from the signal on and serves until its delay is over, which a second signal ends', async () => {
    await start({ SHUTDOWN_DELAY_SECONDS: '600' });
    expect((await ready()).body).toMatchObject({ status: 'ok', state: 'serving' });
    expect((await ready()).headers.get('connection')).toBe('keep-alive');
    const stopped = service.stop();
    const stopping = await ready();
    expect(stopping.status).toBe(503);
    expect(stopping.body).toMatchObject({
      status: 'unavailable',
      state: 'stopping',
      checks: { database: { status: 'ok' } },
    });
    const call = await service.call(service.adminKey, 'whoami');
    expect([call.status, call.headers.get('connection')]).toEqual([200, 'close']);
    expect((await service.request('GET', '/health/live')).status).toBe(200);
    await service.service.stop();
    await stopped;
    await expect(ready()).rejects.toThrow('fetch failed');
  });

  it('ends the streams as whole answers', async () => {
    await start({ SHUTDOWN_FINISH_SECONDS: '600' });
    const authorization = `Bearer ${service.adminKey}`;
    const listening = await fetch(`${service.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': LISTEN.method,
      },
      body: JSON.stringify(LISTEN),
    });
    expect(listening.headers.get('content-type')).toContain('text/event-stream');
    const rows = await EventStream.open(`${service.url}/api/audit/stream`, { headers: { authorization } });
    expect(rows.status).toBe(200);
    const texts = Promise.all([listening.text(), rows.ended.then(() => rows.text)]);
    await service.stop();
    // A connection that is cut off would reject the first.
    expect((await texts)[1]).toContain('event: end');
  });

  it('refuses a stream that is opened while it stops', async () => {
    await start({});
    service.service.app.get(OpenStreams, { strict: false }).end();
    const refused = await service.request('POST', '/mcp', {
      key: service.adminKey,
      body: LISTEN,
      headers: {
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': LISTEN.method,
      },
    });
    expect(refused.body.error.data.code).toBe('service_unavailable');
    await service.stop();
  });

  it('does not wait for a connection without a request', async () => {
    await start({ SHUTDOWN_FINISH_SECONDS: '600' });
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    await service.stop();
    await closed;
  });

  it('does not wait for a TLS handshake that never begins, or for a secured connection without a request', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bouncer-stop-'));
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'].concat(
        ['-subj', '/CN=localhost', '-keyout', key, '-out', cert],
      ),
      { stdio: 'ignore' },
    );
    await start({ SHUTDOWN_FINISH_SECONDS: '600', TLS_CERT_FILE: cert, TLS_KEY_FILE: key });
    const port = Number(new URL(service.url).port);
    const plain = connect(port, '127.0.0.1');
    await once(plain, 'connect');
    const secured = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    const closed = [plain, secured].map((socket) => once(socket, 'close'));
    await service.stop();
    await Promise.all(closed);
    rmSync(folder, { recursive: true });
  });

  it('closes a connection whose request takes longer than it may', async () => {
    await start({ SHUTDOWN_FINISH_SECONDS: '0' });
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    const closed = once(socket, 'close');
    socket.resume();
    socket.write('POST /api/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{');
    await until(async () => (await connections(service)) > 0);
    await service.stop();
    await closed;
  });
});

const connections = ({ service }: TestService): Promise<number> =>
  new Promise((resolve, reject) =>
    service.app.getHttpServer().getConnections((error: Error | null, count: number) => {
      if (error) reject(error);
      else resolve(count);
    }),
  );
