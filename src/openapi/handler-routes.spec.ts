import { All, Controller, Delete, Get, Post } from '@nestjs/common';
import { routesOf } from './handler-routes.js';

@Controller('api/invoices')
class Invoices {
  @Get()
  list() {}

  @Get(['latest', '/newest/'])
  latest() {}

  @Delete(':id/lines/:line')
  remove() {}

  helper() {}
}

@Controller()
class Root {
  @Post('ask')
  ask() {}

  @All()
  any() {}
}

@Controller(['v1/notes', 'v2/notes'])
class Notes {
  @Get(':id')
  get() {}
}

describe('routesOf', () => {
  it.each([
    [Invoices, 'list', ['GET /api/invoices']],
    [Invoices, 'latest', ['GET /api/invoices/latest', 'GET /api/invoices/newest']],
    [Invoices, 'remove', ['DELETE /api/invoices/{id}/lines/{line}']],
    [Invoices, 'helper', []],
    [Root, 'ask', ['POST /ask']],
    [Root, 'any', ['ALL /']],
    [Notes, 'get', ['GET /v1/notes/{id}', 'GET /v2/notes/{id}']],
  ])('of %p, %s, are those that Nest serves it at', (type, method, routes) => {
    const handler = (type.prototype as unknown as Record<string, () => void>)[method]!;
    expect(routesOf(type, handler)).toEqual(routes);
  });
});
