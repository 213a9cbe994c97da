// Is a floor: Nest on Fastify, a guard that finds a key by its SHA-256, and a controller that answers, without
// protocol.
import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post, UnauthorizedException, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { announce, callerOf, echo } from './common.mjs';
import { decorateClass, decorateMethod } from './decorate.mjs';

class KeyGuard {
  canActivate(context) {
    const request = context.switchToHttp().getRequest();
    request.user = callerOf(request.headers);
    if (!request.user) throw new UnauthorizedException();
    return true;
  }
}

class EchoController {
  post({ id, params }) {
    return { result: echo(params.arguments), jsonrpc: '2.0', id };
  }
}
decorateMethod(EchoController, 'post', [Post(), HttpCode(200)], [Body()]);
decorateClass(EchoController, Controller('mcp'), UseGuards(KeyGuard));

class FloorModule {}
decorateClass(FloorModule, Module({ controllers: [EchoController] }));

const app = await NestFactory.create(FloorModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
announce(app.getHttpServer());
