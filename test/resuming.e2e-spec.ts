import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { Input, Progress, type ReportProgress } from '../src/mcp/call/parameter.decorators.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { EventStream } from './support/event-stream.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const REVISION = '2025-11-25';
const Name = z.object({ name: z.string() });

/** Maps the name of a call to the function that lets it continue. */
const gates = new Map<string, () => void>();
const finished: string[] = [];

@Injectable()
class ResumingTools {
  @Tool({ name: 'resume_steps', description: 'Reports, waits, reports', inputSchema: Name })
  @Scopes('resume:read')
  async steps(@Input() { name }: z.infer<typeof Name>, @Progress() report: ReportProgress) {
    await report(1, 3, name);
    await new Promise<void>((resolve) => gates.set(name, resolve));
    await report(2, 3, name);
    await report(3, 3, name);
    finished.push(name);
    return `${name} is done`;
  }
}

@Module({ providers: [ResumingTools] })
class ResumingModule {}

describe('A broken stream of a session', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;
  let other: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [ResumingModule], env: { MCP_SESSIONS_PER_USER: '20' } });
    owner = await service.createUser();
    key = (await service.createKey(owner, ['resume:read'])).apiKey;
    other = (await service.createKey(await service.createUser(), ['resume:read'])).apiKey;
  });
  afterAll(() => service.stop());

  async function begin(caller = key): Promise<string> {
    const params = {
      protocolVersion: REVISION,
      capabilities: {},
      clientInfo: { name: 'spec', version: '1' },
    };
    const answer = await service.rpc(caller, 'initialize', params);
    return answer.headers.get('mcp-session-id')!;
  }

  const open = (
    method: string,
    caller: string,
    session: string,
    more: Record<string, string>,
    body?: unknown,
  ) =>
    EventStream.open(`${service.url}/mcp`, {
      method,
      headers: {
        authorization: `Bearer ${caller}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-session-id': session,
        'mcp-protocol-version': REVISION,
        ...more,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  /**
   * Makes a call that has reported once and waits, and whose stream then breaks. @returns the id of the last event
   */
  async function broken(session: string, name: string): Promise<string> {
    const params = { name: 'resume_steps', arguments: { name }, _meta: { progressToken: name } };
    const stream = await open(
      'POST',
      key,
      session,
      {},
      { jsonrpc: '2.0', id: name, method: 'tools/call', params },
    );
    await until(() => gates.has(name) && stream.messages.length > 0);
    expect(stream.text).toMatch(/^retry: 1000$/m);
    expect(stream.messages.map(shown)).toEqual([`${name} 1`]);
    stream.break();
    return stream.lastEventId!;
  }

  /** Retries, as clients do, until the service has noticed that the connection is closed. */
  async function resume(lastEventId: string, session: string, caller = key): Promise<EventStream> {
    let stream: EventStream | undefined;
    await until(async () => {
      stream = await open('GET', caller, session, { 'last-event-id': lastEventId });
      return stream.status !== 409;
    });
    return stream!;
  }

  const shown = ({ id, params, result }: any): string =>
    params ? `${params.progressToken} ${params.progress}` : `${id}: ${result.content[0].text}`;

  it('replays what was sent meanwhile once, in order, and then ends', async () => {
    const session = await begin();
    const lastEventId = await broken(session, 'away');
    gates.get('away')!();
    await until(() => finished.includes('away'));
    const stream = await resume(lastEventId, session);
    await stream.ended;
    expect(stream.status).toBe(200);
    expect(stream.messages.map(shown)).toEqual(['away 2', 'away 3', 'away: away is done']);
  });

  it('continues a call that is still running, which the break did not cancel', async () => {
    const session = await begin();
    const stream = await resume(await broken(session, 'running'), session);
    gates.get('running')!();
    await stream.ended;
    expect(stream.messages.map(shown)).toEqual(['running 2', 'running 3', 'running: running is done']);
    expect(await service.auditRows("tool = 'resume_steps' AND outcome <> 'success'")).toEqual([]);
  });

  it('can break a second time, and then replays the rest', async () => {
    const session = await begin();
    const first = await broken(session, 'twice');
    (await resume(first, session)).break();
    const stream = await resume(first, session);
    gates.get('twice')!();
    await stream.ended;
    expect(stream.messages.map(shown)).toEqual(['twice 2', 'twice 3', 'twice: twice is done']);
  });

  it('replays nothing of another stream of its session', async () => {
    const session = await begin();
    const one = await broken(session, 'one');
    const two = await broken(session, 'two');
    gates.get('two')!();
    gates.get('one')!();
    await until(() => finished.includes('one') && finished.includes('two'));
    for (const [name, lastEventId] of [
      ['one', one],
      ['two', two],
    ] as const) {
      const stream = await resume(lastEventId, session);
      await stream.ended;
      expect(stream.messages.map(shown)).toEqual([`${name} 2`, `${name} 3`, `${name}: ${name} is done`]);
    }
  });

  it('replays nothing to another session, to another user, or for an unknown event', async () => {
    const session = await begin();
    const lastEventId = await broken(session, 'secret');
    gates.get('secret')!();
    await until(() => finished.includes('secret'));
    const tries: [lastEventId: string, session: string, caller: string, status: number][] = [
      [lastEventId, await begin(), key, 400],
      [lastEventId, await begin(other), other, 400],
      [lastEventId, session, other, 404],
      ['018f0000-0000-4000-8000-000000000000', session, key, 400],
    ];
    for (const [id, of, caller, status] of tries) {
      const stream = await resume(id, of, caller);
      await stream.ended;
      expect(stream.status).toBe(status);
      expect(stream.text).not.toContain('secret');
    }
    const own = await resume(lastEventId, session);
    await own.ended;
    expect(own.messages).toHaveLength(3);
  });

  it("cannot be resumed by another key of the user without the scopes of the session's keys", async () => {
    const session = await begin();
    const lastEventId = await broken(session, 'wide');
    gates.get('wide')!();
    await until(() => finished.includes('wide'));
    const narrow = await service.createKey(owner, ['documents:write']);
    const stream = await resume(lastEventId, session, narrow.apiKey);
    await stream.ended;
    expect(stream.status).toBe(403);
    expect(stream.text).toContain('insufficient_scope');
    expect(stream.text).not.toContain('wide is done');
    expect(await service.auditRows('key_id = $1', [narrow.id])).toMatchObject([
      { outcome: 'denied', reason: 'insufficient_scope' },
    ]);
    const own = await resume(lastEventId, session);
    await own.ended;
    expect(own.messages).toHaveLength(3);
  });

  it('is resumed automatically by a real client, whose call then succeeds and ran once', async () => {
    const line = await breakableLine(service.url);
    const client = new Client({ name: 'spec', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL(`${line.url}/mcp`), {
      requestInit: { headers: { Authorization: `Bearer ${key}` } },
      reconnectionOptions: {
        initialReconnectionDelay: 20,
        maxReconnectionDelay: 50,
        reconnectionDelayGrowFactor: 1,
        maxRetries: 50,
      },
    });
    await client.connect(transport);
    const heard: number[] = [];
    const call = client.callTool({ name: 'resume_steps', arguments: { name: 'real' } }, undefined, {
      onprogress: ({ progress }) => heard.push(progress),
    });
    await until(() => gates.has('real') && heard.length > 0);
    line.break();
    gates.get('real')!();
    expect(await call).toMatchObject({ content: [{ text: 'real is done' }] });
    expect(heard).toEqual([1, 2, 3]);
    expect(finished.filter((name) => name === 'real')).toHaveLength(1);
    await client.close();
    line.close();
  });
});

/** Is a connection to the service that can be cut. */
async function breakableLine(url: string): Promise<{ url: string; break(): void; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    break: cut,
    close: () => {
      server.close();
      cut();
    },
  };
}
