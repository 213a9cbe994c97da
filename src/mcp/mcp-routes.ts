import { Injectable } from '@nestjs/common';
import { ExternalContextCreator, HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MCP_PATH } from './mcp-body.js';
import { McpController } from './mcp.controller.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * What runs for a request to /mcp: the guards of the application and of the controller, its method, its filters.
 * Interceptors run around each call that it carries and not around it as well: a fifth of a call's cost (decision 0011).
 */
@Injectable()
export class McpRoutes {
  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly host: HttpAdapterHost,
    private readonly modules: ModuleRef,
  ) {}

  /** To be called before Nest makes its routes of the controllers: it makes those of {@link McpController} as well. */
  prepare(): void {
    const controller = this.modules.get(McpController);
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

  private handler(controller: McpController, method: 'post' | 'get' | 'delete'): Handler {
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
    return (request, reply) => void admitted(request, reply);
  }
}
