import { INTERNAL_ERROR } from '@modelcontextprotocol/server';
import { Injectable, Logger } from '@nestjs/common';
import { EXCEPTION_FILTERS_METADATA, GUARDS_METADATA } from '@nestjs/common/internal';
import { ExternalContextCreator, HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from '../protocol/json-rpc.js';
import { MCP_PATH } from '../protocol/request-body.js';
import { McpController } from './mcp.controller.js';

const BOUND = [GUARDS_METADATA, EXCEPTION_FILTERS_METADATA];

type Handler = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Routes requests to /mcp: the global guards run, then the controller's method, with the global exception filters
 * around both. Interceptors run around each call in the request. Running them around the request as well would cost a
 * fifth of a call (decision 0011).
 */
@Injectable()
export class McpRoutes {
  private readonly logger = new Logger(McpRoutes.name);

  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly host: HttpAdapterHost,
    private readonly modules: ModuleRef,
  ) {}

  /** Replaces the routes that Nest makes for {@link McpController}. It is called before Nest registers its routes. */
  prepare(): void {
    const controller = this.controller();
    const handlers: Record<string, Handler | undefined> = {
      POST: this.handler(controller, 'post'),
      GET: this.handler(controller, 'get'),
      DELETE: this.handler(controller, 'delete'),
    };
    this.host.httpAdapter.getInstance<FastifyInstance>().addHook('onRoute', (route) => {
      const handler = route.url === MCP_PATH ? handlers[String(route.method)] : undefined;
      if (handler) route.handler = handler;
    });
  }

  private controller(): McpController {
    try {
      return this.modules.get(McpController);
    } catch (cause) {
      const fix = 'make the guards, pipes, interceptors and filters of the application singletons';
      throw new Error(`/mcp does not support request-scoped global enhancers: ${fix}`, { cause });
    }
  }

  /**
   * Answers when an exception filter failed. It does nothing when a filter has already answered by itself and
   * returned nothing, which Nest treats as a failure.
   */
  private answerFailure(error: Error, reply: FastifyReply): void {
    try {
      if (reply.sent || reply.raw.headersSent) return;
      this.logger.error(error.stack);
      const body = { code: INTERNAL_ERROR, message: 'Internal error' };
      reply.code(500).type('application/json').send(errorBody(null, body));
    } catch {
      reply.raw.destroy();
    }
  }

  private handler(controller: McpController, method: 'post' | 'get' | 'delete'): Handler {
    // Nest would silently ignore guards and filters here, because it cannot find their classes.
    for (const target of [McpController, McpController.prototype[method]])
      if (BOUND.some((key) => Reflect.hasMetadata(key, target)))
        throw new Error(
          'McpController cannot have guards or filters of its own: register them for the whole application',
        );
    const admitted = this.contexts.create(
      controller,
      McpController.prototype[method] as (...args: unknown[]) => unknown,
      method,
      undefined,
      undefined,
      undefined,
      undefined,
      { guards: true, filters: true, interceptors: false },
      'http',
    ) as (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
    return (request, reply) => {
      admitted(request, reply).catch((error: Error) => this.answerFailure(error, reply));
    };
  }
}
