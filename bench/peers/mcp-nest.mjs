// Serves MCP-Nest as its documentation shows it with authentication: a controller of its own with a guard,
// `@ToolScopes`. It runs on Express, or with the argument `fastify` on Fastify.
import 'reflect-metadata';
import { Controller, Module, UnauthorizedException, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  McpController,
  McpHttpControllerFor,
  McpStrategy,
  StreamableHttpTransport,
  Tool,
  ToolScopes,
} from '@rekog/mcp-nest';
import { announce, callerOf, echo, INFO, SCOPE, TOOLS } from './common.mjs';
import { decorateClass, decorateMethod } from './decorate.mjs';

class KeyGuard {
  canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const caller = callerOf(request.headers);
    if (!caller) throw new UnauthorizedException();
    // On Fastify, MCP-Nest reads the caller from Node's own request.
    (request.raw ?? request).user = { ...caller, scope: caller.scopes.join(' ') };
    return true;
  }
}

class EchoTools {}
for (const { name, description, input } of TOOLS) {
  EchoTools.prototype[name] = (given) => echo(given);
  const tool = Tool({ name, description, parameters: input });
  decorateMethod(EchoTools, name, [tool, ToolScopes([SCOPE])], [Payload()]);
}
decorateClass(EchoTools, McpController());

const transport = new StreamableHttpTransport();
const strategy = new McpStrategy({ ...INFO, transports: [transport], logging: false });

class EndpointController extends McpHttpControllerFor(transport) {}
decorateClass(EndpointController, Controller('mcp'), UseGuards(KeyGuard));

class PeerModule {}
decorateClass(PeerModule, Module({ controllers: [EchoTools, EndpointController] }));

const adapter = process.argv[2] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(PeerModule, adapter, { logger: ['error'] });
strategy.setHttpAdapter(app.getHttpAdapter());
app.connectMicroservice({ strategy });
await app.startAllMicroservices();
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
announce(app.getHttpServer());
