import { ENVELOPE } from './envelope.js';
import { messagesOf } from './messages.js';
import type { LocalStdio } from './stdio.js';
import type { TestService } from './test-service.js';

/** Describes the answer to a call: a JSON-RPC message, and the HTTP status if there is one. */
export interface WayAnswer {
  status?: number;
  result?: any;
  error?: { code: number; message: string; data?: any };
}

export type WayIn = (name: string, input?: Record<string, unknown>) => Promise<WayAnswer>;

const MODERN = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' };
const OLDER = { 'mcp-protocol-version': '2025-11-25' };
/** A member that no request has. The direct path accepts only plain requests, so this one goes to the SDK. */
const UNUSUAL = { unusual: true };

export const WAYS_IN = [
  'directly',
  'directly, in the revision 2026-07-28',
  'through the SDK',
  'through the SDK, in the revision 2026-07-28',
  'in a batch',
  'in a session',
  'over stdio',
] as const;

/** Calls a tool by each path that leads to it. `service` has sessions, and `stdio` has the same tools. */
export function waysIn(
  service: TestService,
  stdio: LocalStdio,
  key: string,
): Record<(typeof WAYS_IN)[number], WayIn> {
  let lastId = 0;
  const message = (params: Record<string, unknown>) => ({
    jsonrpc: '2.0',
    id: ++lastId,
    method: 'tools/call',
    params,
  });
  const post = async (body: { id: number } | [{ id: number }], headers: Record<string, string>) => {
    const answer = await service.request('POST', '/mcp', { key, headers, body });
    const { id } = [body].flat()[0]!;
    const found = messagesOf(answer).find((said) => said.id === id) as WayAnswer | undefined;
    return { status: answer.status, ...found };
  };
  const modern = (name: string) => ({ ...MODERN, 'mcp-name': name });
  const session = async () => {
    const clientInfo = { name: 'spec', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const { headers } = await service.rpc(key, 'initialize', params);
    return { ...OLDER, 'mcp-session-id': headers.get('mcp-session-id')! };
  };
  return {
    directly: (name, input = {}) => post(message({ name, arguments: input }), OLDER),
    'directly, in the revision 2026-07-28': (name, input = {}) =>
      post(message({ name, arguments: input, _meta: ENVELOPE }), modern(name)),
    'through the SDK': (name, input = {}) => post(message({ name, arguments: input, ...UNUSUAL }), OLDER),
    'through the SDK, in the revision 2026-07-28': (name, input = {}) =>
      post(message({ name, arguments: input, _meta: ENVELOPE, ...UNUSUAL }), modern(name)),
    'in a batch': (name, input = {}) => post([message({ name, arguments: input })], OLDER),
    'in a session': async (name, input = {}) => post(message({ name, arguments: input }), await session()),
    'over stdio': async (name, input = {}) =>
      (await stdio.say([message({ name, arguments: input })], 1))[0] as WayAnswer,
  };
}
