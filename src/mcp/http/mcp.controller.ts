import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated } from '../../access/access.decorators.js';
import type { CallerRequest } from '../../access/caller.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { RateLimitCost } from '../../rate-limit/rate-limit-cost.decorator.js';
import { BoundedResponse } from './bounded-response.js';
import { abortOnClose } from '../call/call-abort.js';
import type { DirectRoute } from './direct-route.js';
import { errorBody } from '../protocol/json-rpc.js';
import { type ListMethod, ListPages } from '../registry/list-pages.js';
import { isListening, MCP_REQUEST_COST, MCP_PATH, mcpBodyOf, requestIdOf } from '../protocol/request-body.js';
import { McpDispatcher } from '../call/mcp-dispatcher.js';
import { RequestSubjects } from '../registry/request-subjects.js';
import { MCP_ROUTE, NO_SESSIONS_ROUTE } from './mcp-api-routes.js';
import { ModernResults } from './modern-result.js';
import { MAX_UNREAD_BYTES, OpenStreams } from '../sdk/open-streams.js';
import { RequestClassifier } from './request-classifier.js';
import { SdkBridge } from '../sdk/sdk-bridge.js';
import { wrongCursor } from '../sdk/sdk-servers.js';
import type { CallTarget } from '../call/call-target.js';

type McpRequest = FastifyRequest & CallerRequest;

const JSON_TYPE = 'application/json';
const LIST_START = Buffer.from('{"result":{');
const BOTH_TYPES = 'application/json, text/event-stream';

/**
 * Serves Streamable HTTP without state: one POST has one answer. Any valid key is admitted; each tool checks its own
 * scopes.
 */
@Controller(MCP_PATH)
@Authenticated()
export class McpController {
  private readonly modern: ModernResults;

  constructor(
    private readonly dispatcher: McpDispatcher,
    private readonly lists: ListPages,
    private readonly sdk: SdkBridge,
    private readonly classifier: RequestClassifier,
    private readonly subjects: RequestSubjects,
    private readonly streams: OpenStreams,
    @InjectSettings() private readonly settings: Settings,
  ) {
    this.modern = new ModernResults(settings.service);
  }

  @Post()
  @HttpCode(200)
  @RateLimitCost(MCP_REQUEST_COST)
  @ApiRoute(MCP_ROUTE)
  post(@Req() request: McpRequest, @Res() reply: FastifyReply): Promise<void> | void {
    const body = mcpBodyOf(request);
    if (!body.ok) return void reply.code(400).type(JSON_TYPE).send(errorBody(body.id, body.error));
    // curl sends "*/*" by default. It covers both types that the transport requires by name.
    if ((request.headers.accept ?? '*/*').trim() === '*/*') request.headers.accept = BOTH_TYPES;
    const classified = this.classifier.classify(request, body.value);
    if (classified.kind === 'list') return this.list(classified.route, request, reply);
    if (classified.kind === 'call') return this.call(classified.route, classified.target, request, reply);
    const refusal = this.subjects.refusalOfRequest(request);
    if (refusal) throw refusal;
    if (classified.kind === 'sdk') return this.bySdk(request, reply, body.value);
    reply
      .code(400)
      .type(JSON_TYPE)
      .send(errorBody(requestIdOf(body), classified.error));
  }

  /** Serves the sessions of older revisions. The SDK answers 405 while sessions are off. */
  @Get()
  @ApiRoute({ ...NO_SESSIONS_ROUTE, summary: 'Not for use: no streams' })
  get(@Req() request: McpRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.bySdk(request, reply, undefined);
  }

  @Delete()
  @ApiRoute({ ...NO_SESSIONS_ROUTE, summary: 'Not for use: no sessions' })
  delete(@Req() request: McpRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.bySdk(request, reply, undefined);
  }

  private list({ modern, id, method, params }: DirectRoute, request: McpRequest, reply: FastifyReply): void {
    reply.type(JSON_TYPE);
    const members = this.lists.membersJson(
      method as ListMethod,
      params.cursor as string | undefined,
      request,
    );
    if (members === undefined) return void reply.send(errorBody(id, wrongCursor));
    const end = Buffer.from(
      `${modern ? `,${this.modern.listMembers}` : ''}},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`,
    );
    reply.send(Buffer.concat([LIST_START, members, end]));
  }

  private async call(
    { modern, id, method, params }: DirectRoute,
    target: CallTarget,
    request: McpRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const outcome = await this.dispatcher.dispatch(target, {
      id,
      request,
      abort: abortOnClose(reply),
      meta: params._meta as Record<string, unknown> | undefined,
    });
    reply.type(JSON_TYPE);
    if (outcome.kind === 'error') {
      reply.code(outcome.status).headers(outcome.headers);
      return void reply.send(errorBody(id, outcome.error));
    }
    const result = modern ? this.modern.jsonOf(method, outcome.result) : outcome.result.json;
    reply.send(`{"result":${result},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`);
  }

  private async bySdk(request: McpRequest, reply: FastifyReply, body: unknown): Promise<void> {
    const listens = request.method === 'GET' || isListening(body);
    const stream = listens ? this.streams.track(request, reply) : undefined;
    const answer = await this.sdk.serve(request, body, abortOnClose(reply).signal);
    // The client learns that the stream is open when it misses nothing any more.
    if (listens) await this.streams.hearOthers();
    // The SDK allows caches to store a stream, but an answer to one caller must not be cached.
    if (answer.headers.has('cache-control')) answer.headers.set('cache-control', 'no-store, no-transform');
    reply.code(answer.status).headers(Object.fromEntries(answer.headers));
    const content = await this.bodyOf(answer, listens);
    if (content instanceof BoundedResponse) stream?.opened(() => content.finish());
    const sent = reply.send(content);
    // The client has to know that the stream is open before the first event arrives.
    if (request.method === 'GET') reply.raw.flushHeaders();
    await sent;
  }

  /** Bounds the buffer of each streamed answer. Other answers are sent as a whole. */
  private async bodyOf(answer: Response, listens: boolean): Promise<BoundedResponse | Buffer | undefined> {
    if (!answer.body) return undefined;
    if (!answer.headers.get('content-type')?.startsWith('text/event-stream'))
      return Buffer.from(await answer.arrayBuffer());
    const { connectionMaxBytes } = this.settings.output;
    return new BoundedResponse(answer.body, listens ? MAX_UNREAD_BYTES : connectionMaxBytes);
  }
}
