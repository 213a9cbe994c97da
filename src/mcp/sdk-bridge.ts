import {
  createMcpHandler,
  INVALID_PARAMS,
  type McpHttpHandler,
  ProtocolError,
  Server,
} from '@modelcontextprotocol/server';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';
import { maskKeys } from '../access/mask-keys.js';
import { toJsonRpcError } from './json-rpc.js';
import { SERVER_INFO, SERVER_INSTRUCTIONS } from './server-info.js';
import { ToolDispatcher } from './tool-dispatcher.js';

/**
 * Hands a request to the SDK: everything but the plain `tools/call` and `tools/list`. Both ways end in the same
 * dispatcher. One `Server` serves one request, as the SDK asks: a shared one mixes up its clients.
 */
@Injectable()
export class SdkBridge implements OnModuleDestroy {
  private readonly logger = new Logger(SdkBridge.name);
  private readonly requests = new WeakMap<Request, CallerRequest>();
  private readonly handler: McpHttpHandler = createMcpHandler(
    ({ requestInfo }) => this.serverFor(this.requests.get(requestInfo!)!),
    { onerror: (error) => this.logger.debug(error.message) },
  );

  constructor(private readonly dispatcher: ToolDispatcher) {}

  serve(request: CallerRequest, body: unknown, signal: AbortSignal): Promise<Response> {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !CREDENTIALS.has(name))
        headers.set(name, typeof value === 'string' ? value : value.join(', '));
    }
    const web = new Request(`http://localhost${request.url}`, { method: request.method, headers, signal });
    this.requests.set(web, request);
    return this.handler.fetch(web, { parsedBody: body });
  }

  async onModuleDestroy(): Promise<void> {
    await this.handler.close();
  }

  private serverFor(request: CallerRequest): Server {
    const server = new Server(SERVER_INFO, {
      capabilities: { tools: {} },
      instructions: SERVER_INSTRUCTIONS,
    });
    server.setRequestHandler('tools/list', () => ({ tools: JSON.parse(this.dispatcher.listJson(request)) }));
    server.setRequestHandler('tools/call', async ({ params }, context) => {
      const outcome = await this.dispatcher.call(
        params.name,
        params.arguments,
        request,
        context.mcpReq.signal,
      );
      if (outcome.kind === 'result') return outcome.result;
      if (outcome.kind === 'unknown') throw new ProtocolError(INVALID_PARAMS, unknownTool(params.name));
      const { code, message, data } = toJsonRpcError(outcome.failure.error, request.id);
      throw new ProtocolError(code, message, data);
    });
    return server;
  }
}

/** The SDK has no use for the key, and what it does not have it cannot pass on. */
const CREDENTIALS = new Set(['authorization', 'x-api-key', 'cookie']);

export const unknownTool = (name: string) => `Tool ${maskKeys(name)} not found`;
