import { INVALID_PARAMS, PARSE_ERROR, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated } from '../access/access.decorators.js';
import type { CallerRequest } from '../access/caller.js';
import { Charge } from '../rate-limit/charge.decorator.js';
import { type DirectRoute, directRoute } from './direct-route.js';
import { errorBody, toJsonRpcError } from './json-rpc.js';
import { callsIn, MCP_PATH, mcpBodyOf } from './mcp-body.js';
import { McpSubjects } from './mcp-subjects.js';
import { SdkBridge, unknownTool } from './sdk-bridge.js';
import { SERVER_INFO } from './server-info.js';
import { ToolDispatcher } from './tool-dispatcher.js';

type McpRequest = FastifyRequest & CallerRequest;

const JSON_TYPE = 'application/json';
const BOTH_TYPES = 'application/json, text/event-stream';
/** What the revision 2026-07-28 adds to a result. */
const MODERN_RESULT = { resultType: 'complete' };
const MODERN_META = { [SERVER_INFO_META_KEY]: SERVER_INFO };
const MODERN_LIST = JSON.stringify({
  ...MODERN_RESULT,
  ttlMs: 0,
  cacheScope: 'private',
  _meta: MODERN_META,
}).slice(1);

/** Streamable HTTP, stateless: one POST, one answer. Any valid key may enter; each tool asks for its own scopes. */
@Controller(MCP_PATH)
@Authenticated()
export class McpController {
  constructor(
    private readonly dispatcher: ToolDispatcher,
    private readonly sdk: SdkBridge,
    private readonly mcpSubjects: McpSubjects,
  ) {}

  @Post()
  @HttpCode(200)
  @Charge((request) => callsIn(mcpBodyOf(request)))
  async post(@Req() request: McpRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = mcpBodyOf(request);
    if (!body.ok) {
      const error = { code: PARSE_ERROR, message: 'Parse error: the body is not valid JSON' };
      return void reply.code(400).type(JSON_TYPE).send(errorBody(null, error));
    }
    // "*/*", which curl sends by itself, takes both of the types that the transport wants named.
    if ((request.headers.accept ?? '*/*').trim() === '*/*') request.headers.accept = BOTH_TYPES;
    const route = directRoute(request, body.value);
    if (!route) {
      const refusal = this.mcpSubjects.refusalOf(request);
      if (refusal) throw refusal;
      return this.bySdk(request, reply, body.value);
    }
    if (route.method === 'tools/list') return this.list(route, request, reply);
    return this.call(route, request, reply);
  }

  /** The sessions of older revisions, which a stateless endpoint does not have: 405, from the SDK. */
  @Get()
  get(@Req() request: McpRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.bySdk(request, reply, undefined);
  }

  @Delete()
  delete(@Req() request: McpRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.bySdk(request, reply, undefined);
  }

  private list({ modern, id }: DirectRoute, request: McpRequest, reply: FastifyReply): void {
    const rest = modern ? `,${MODERN_LIST}` : '}';
    const tools = this.dispatcher.listJson(request);
    reply
      .type(JSON_TYPE)
      .send(`{"result":{"tools":${tools}${rest},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`);
  }

  private async call(
    { modern, id, name, input }: Extract<DirectRoute, { method: 'tools/call' }>,
    request: McpRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const outcome = await this.dispatcher.call(name, input, request, abortedWith(reply));
    reply.type(JSON_TYPE);
    if (outcome.kind === 'unknown') {
      return void reply.send(errorBody(id, { code: INVALID_PARAMS, message: unknownTool(name) }));
    }
    if (outcome.kind === 'refused') {
      const { error } = outcome.failure;
      reply.code(error.status).headers(error.options.headers ?? {});
      return void reply.send(errorBody(id, toJsonRpcError(error, request.id)));
    }
    const { result } = outcome;
    const shown = modern
      ? { ...result, ...MODERN_RESULT, _meta: { ...result._meta, ...MODERN_META } }
      : result;
    reply.send(JSON.stringify({ result: shown, jsonrpc: '2.0', id }));
  }

  private async bySdk(request: McpRequest, reply: FastifyReply, body: unknown): Promise<void> {
    await reply.send(await this.sdk.serve(request, body, abortedWith(reply)));
  }
}

/** Aborted when the connection closes before the answer is out. */
function abortedWith(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
