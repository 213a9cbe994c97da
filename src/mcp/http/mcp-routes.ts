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
 * What runs for a request to /mcp: the guards of the application, the controller's method, the filters of the application.
 * Interceptors run around each call that it carries and not around it as well: a fifth of a call's cost (decision 0011).
 */
@Injectable()
export class McpRoutes {
  private readonly logger = new Logger(McpRoutes.name);

  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly host: HttpAdapterHost,
    private readonly modules: ModuleRef,
  ) {}

  /** To be called before Nest makes its routes of the controllers: it makes those of {@link McpController} as well. */
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
      const scoped = 'guards, pipes, interceptors and filters of the application cannot be request-scoped';
      throw new Error(`/mcp has no controller of its own for each request: ${scoped}`, { cause });
    }
  }

  /** Of a filter that has answered by itself and returned nothing, which Nest takes for one that did not; or that has failed. */
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
    // Nest would not find their classes here, and leave them out without a word.
    for (const target of [McpController, McpController.prototype[method]])
      if (BOUND.some((key) => Reflect.hasMetadata(key, target)))
        throw new Error('Guards and filters of McpController must be those of the application');
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
