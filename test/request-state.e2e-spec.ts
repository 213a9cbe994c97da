import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { ClientInput, Input } from '../src/mcp/call/parameter.decorators.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { UsedRequestStates } from '../src/mcp/call/used-request-states.js';
import { ENVELOPE } from './support/envelope.js';
import { messagesOf } from './support/messages.js';
import { Replica } from './support/replica.js';
import { TestService } from './support/test-service.js';

const SECRET = 'a secret of thirty-two characters';
const ENV = { MCP_STATE_SECRET: SECRET };
let ran = 0;

@Injectable()
class StateTools {
  @Tool({ name: 'state_roots', description: 'Asks twice', inputSchema: z.object({ what: z.string() }) })
  @Scopes('state:read')
  async roots(@Input() { what }: { what: string }, @ClientInput() ask: ClientInput) {
    await ask.roots('first');
    await ask.roots('second');
    return { what, ran: ++ran };
  }
}

@Module({ providers: [StateTools] })
class StateModule {}

describe('A requestState', () => {
  let service: TestService;
  let key: string;
  const modules = [StateModule];

  beforeAll(async () => {
    service = await TestService.start({ modules, env: ENV });
    key = (await service.createKey(await service.createUser(), ['state:read'])).apiKey;
  });
  afterAll(() => service.stop());

  const roots = { roots: [{ uri: 'file:///work' }] };
  const ask = async (params: object, { of = service.url, caller = key } = {}) => {
    const _meta = { ...ENVELOPE, 'io.modelcontextprotocol/clientCapabilities': { roots: {} } };
    const answer = await fetch(`${of}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${caller}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'state_roots',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'state_roots', arguments: { what: 'a' }, ...params, _meta },
      }),
    });
    return messagesOf({ headers: answer.headers, text: await answer.text() })[0];
  };
  const mint = async (): Promise<string> => {
    const { result } = await ask({ inputResponses: { first: roots } });
    expect(result.resultType).toBe('input_required');
    return result.requestState as string;
  };
  const bring = (requestState: string, more: object = {}, where: { of?: string; caller?: string } = {}) =>
    ask({ requestState, inputResponses: { second: roots }, ...more }, where);
  const refusals = async () =>
    (await service.auditRows("tool = 'state_roots' AND outcome = 'denied'")).map(({ reason, metadata }) => [
      reason,
      metadata.state,
    ]);
  const REFUSED = { error: { code: -32602, data: { reason: 'invalid_request_state' } } };

  it('is valid once: a repeated one runs nothing, and leaves a row', async () => {
    const state = await mint();
    const before = ran;
    expect((await bring(state)).result.structuredContent).toEqual({ what: 'a', ran: before + 1 });
    expect(await bring(state)).toMatchObject(REFUSED);
    expect(ran).toBe(before + 1);
    expect((await refusals()).at(-1)).toEqual(['request_state_reused', 'used']);
  });

  it('is valid once even if it is sent many times concurrently', async () => {
    const state = await mint();
    const before = ran;
    const answers = await Promise.all(Array.from({ length: 8 }, () => bring(state)));
    expect(answers.filter(({ result }) => result)).toHaveLength(1);
    expect(ran).toBe(before + 1);
  });

  it('is valid once across all processes, including one that did not create it', async () => {
    const replica = await Replica.of(service, modules, ENV);
    const state = await mint();
    expect((await bring(state, {}, { of: replica.service.url })).result.structuredContent.what).toBe('a');
    expect(await bring(state)).toMatchObject(REFUSED);
    expect((await refusals()).at(-1)).toEqual(['request_state_reused', 'used']);
    await replica.stop();
  });

  it('is valid for each client that received one, even in the same round', async () => {
    const states = await Promise.all([mint(), mint()]);
    for (const state of states) expect((await bring(state)).result.structuredContent.what).toBe('a');
  });

  it("that is forged, another user's or for another request is refused, stays unused, and leaves a row", async () => {
    const state = await mint();
    const other = (await service.createKey(await service.createUser(), ['state:read'])).apiKey;
    const before = (await refusals()).length;
    expect(await bring(`${state.slice(0, -2)}AA`)).toMatchObject(REFUSED);
    expect(await bring('nonsense')).toMatchObject(REFUSED);
    expect(await bring('')).toMatchObject(REFUSED);
    expect(await bring(state, { arguments: { what: 'b' } })).toMatchObject(REFUSED);
    expect(await bring(state, {}, { caller: other })).toMatchObject(REFUSED);
    expect((await refusals()).slice(before)).toEqual([
      ['request_state_invalid', 'mac'],
      ['request_state_invalid', 'malformed'],
      ['request_state_invalid', 'malformed'],
      ['request_state_invalid', 'bind'],
      ['request_state_invalid', 'bind'],
    ]);
    expect((await bring(state)).result.structuredContent.what).toBe('a');
  });

  it('that is too old is refused with a row, and the record of its use is deleted later', async () => {
    const state = await mint();
    expect((await bring(state)).result).toBeDefined();
    const later = Date.now() + 11 * 60_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    const aged = await bring(state);
    clock.mockRestore();
    expect(aged).toMatchObject(REFUSED);
    expect((await refusals()).at(-1)).toEqual(['request_state_invalid', 'expired']);
    await service.query(`UPDATE used_request_states SET ends_at = now() - interval '1 second'`);
    await service.service.app.get(UsedRequestStates, { strict: false }).sweep();
    expect(await service.query('SELECT FROM used_request_states')).toEqual([]);
  });

  it('is not refused when it is unknown whether it was used, so that the client may retry', async () => {
    const state = await mint();
    const role = new URL(service.database.url).username;
    await service.query(`REVOKE INSERT ON used_request_states FROM ${role}`);
    const answer = await bring(state);
    await service.query(`GRANT INSERT ON used_request_states TO ${role}`);
    expect(answer.error.data.code).toBe('database_unavailable');
    expect((await bring(state)).result.structuredContent.what).toBe('a');
  });
});
