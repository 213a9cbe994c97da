import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/access.decorators.js';
import { notFound } from '../errors/service-error.js';
import { ApiRoute } from './api-route.decorator.js';
import { assetOf, PAGE, PAGE_POLICY } from './docs-page.js';
import { OpenApiDocument } from './openapi-document.js';

/** Serves the API documentation, for people and for programs. It is public, because the source is. */
@Controller('docs')
@Public()
export class DocsController {
  constructor(private readonly openApi: OpenApiDocument) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  @Header('Referrer-Policy', 'no-referrer')
  @ApiRoute({
    summary: 'This document for people',
    responses: { 200: { description: 'A page', content: { 'text/html': null } } },
  })
  page(): string {
    return PAGE;
  }

  @Get('openapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiRoute({
    summary: 'This document',
    responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': null } } },
  })
  document(): Promise<Buffer> {
    return this.openApi.bytes();
  }

  @Get(':asset')
  @Header('Cache-Control', 'public, max-age=3600')
  @ApiRoute({
    summary: "A part of the page's own program",
    responses: {
      200: {
        description: 'A file',
        content: { 'text/javascript': null, 'text/css': null, 'image/png': null, 'text/plain': null },
      },
    },
  })
  asset(@Param('asset') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const asset = assetOf(name);
    if (!asset) throw notFound('Page');
    reply.type(asset.type);
    return asset.body;
  }
}
