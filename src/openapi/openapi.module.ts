import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DocsController } from './docs.controller.js';
import { Handlers } from './handlers.js';
import { OpenApiDocument } from './openapi-document.js';

@Module({
  imports: [DiscoveryModule],
  controllers: [DocsController],
  providers: [Handlers, OpenApiDocument],
})
export class OpenApiModule {}
