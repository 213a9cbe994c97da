import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import pLimit from 'p-limit';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { CurrentCall, Input, Progress, type ReportProgress } from '../src/mcp/call/parameter.decorators.js';
import type { McpCall } from '../src/mcp/call/mcp-call.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { ENVELOPE } from './support/envelope.js';
import { messagesOf } from './support/messages.js';
import { TestService } from './support/test-service.js';

const USERS = 100;
const CALLS = 20;
/** The calls of each user at once. The operating system queues a bounded number of new connections. */
const IN_FLIGHT = 4;
const MADE_AT_ONCE = 8;

const Mark = z.object({ mark: z.string() });
const inputSchema = Mark;

/**
 * Delays the handlers, so that answers are sent in another order than their requests, and many handlers run at once.
 */
const shuffled = () => pause(randomInt(0, 8));

@Injectable()
class CrossingTools {
  @Tool({ name: 'cross_direct', description: 'Whose call it is', inputSchema })
  @Scopes('cross:read')
  async direct(@Input() { mark }: z.infer<typeof Mark>, @CurrentCall() call: McpCall) {
    await shuffled();
    return { userId: call.request.user!.userId, mark };
  }

  @Tool({ name: 'cross_sdk', description: 'Likewise, and says how far it is', inputSchema })
  @Scopes('cross:read')
  async bySdk(
    @Input() { mark }: z.infer<typeof Mark>,
    @CurrentCall() call: McpCall,
    @Progress() report: ReportProgress,
  ) {
    await shuffled();
    await report(1, 2, call.request.user!.userId);
    await shuffled();
    return { userId: call.request.user!.userId, mark };
  }
}

@Module({ providers: [CrossingTools] })
class CrossingModule {}

interface CrossingUser {
  id: string;
  apiKey: string;
}

describe(`${USERS} users who call at once with the same JSON-RPC ids`, () => {
  let service: TestService;
  let users: CrossingUser[];
  let crossed: string[];

  beforeAll(async () => {
    service = await TestService.start({ modules: [CrossingModule] });
    // They are created in groups, because the database has a bounded number of connections, and only the calls are to
    // run at once.
    const making = pLimit(MADE_AT_ONCE);
    const makeUser = async () => {
      const user = await service.createUser();
      return { id: user.id, apiKey: (await service.createKey(user, ['cross:read'])).apiKey };
    };
    users = await Promise.all(Array.from({ length: USERS }, () => making(makeUser)));
    const answers = users.map(async (user) => {
      const inTurn = pLimit(IN_FLIGHT);
      return Promise.all(Array.from({ length: CALLS }, (_, id) => inTurn(() => wrongIn(user, id))));
    });
    crossed = (await Promise.all(answers)).flat(2);
  }, 120_000);
  afterAll(() => service.stop());

  /** Alternates between both paths and both eras. @returns what is wrong with the answer */
  async function wrongIn({ id: userId, apiKey }: CrossingUser, id: number): Promise<string[]> {
    const name = id % 2 === 0 ? 'cross_direct' : 'cross_sdk';
    const modern = id % 4 < 2;
    const mark = `${userId}/${id}`;
    const _meta = { progressToken: id, ...(modern && ENVELOPE) };
    const answer = await service.request('POST', '/mcp', {
      key: apiKey,
      headers: modern
        ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name }
        : { 'mcp-protocol-version': '2025-11-25' },
      body: { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: { mark }, _meta } },
    });
    const messages = messagesOf(answer).map(({ id, params, result }) =>
      params
        ? ['progress', params.progressToken, params.message]
        : ['result', id, result?.structuredContent?.userId, result?.structuredContent?.mark],
    );
    const right = [['result', id, userId, mark]];
    if (name === 'cross_sdk') right.unshift(['progress', id, userId]);
    return JSON.stringify(messages) === JSON.stringify(right)
      ? []
      : [`${mark}: ${answer.status} ${answer.text}`];
  }

  it(`get ${USERS * CALLS} answers, each with its own id, user and argument`, () => {
    expect(crossed).toEqual([]);
  });

  it("leave one audit row for each call, with the user who made it and that user's key", async () => {
    await service.auditRows('false');
    const rows = await service.query(
      `SELECT user_id, tool, count(*)::int AS rows, count(DISTINCT request_id)::int AS requests,
              count(DISTINCT key_id)::int AS keys, bool_and(outcome = 'success') AS well
         FROM audit_events WHERE tool LIKE 'cross%' GROUP BY user_id, tool`,
    );
    const each = { rows: CALLS / 2, requests: CALLS / 2, keys: 1, well: true };
    const expected = users.flatMap(({ id }) =>
      ['cross_direct', 'cross_sdk'].map((tool) => ({ user_id: id, tool, ...each })),
    );
    expect(rows).toHaveLength(expected.length);
    expect(rows).toEqual(expect.arrayContaining(expected));
  });
});
