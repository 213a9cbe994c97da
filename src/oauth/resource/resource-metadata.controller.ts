import { Controller, Get, Header, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Public } from '../../access/access.decorators.js';
import { ANY_ORIGIN } from '../../access/any-origin.js';
import {
  MCP_RESOURCE_PATH,
  ProtectedResource,
  RESOURCE_METADATA_PATH,
} from '../../access/protected-resource.js';
import { ScopeCatalogue } from '../../access/scope-catalogue.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { DPOP_ALGORITHMS } from '../dpop/invalid-proof.js';
import { grantableScopes } from '../grantable-scopes.js';
import { type ResourceMetadata, resourceMetadataSchema } from './resource-metadata.schema.js';

/** Tells clients who issues tokens for this service (RFC 9728), at the root and for the MCP endpoint. */
@Controller()
export class ResourceMetadataController {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly resource: ProtectedResource,
    private readonly catalogue: ScopeCatalogue,
  ) {}

  @Get(RESOURCE_METADATA_PATH)
  @Public()
  @RouteConfig(ANY_ORIGIN)
  @Header('Access-Control-Allow-Origin', '*')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiRoute({
    summary: 'Who issues OAuth tokens for this service (RFC 9728)',
    answer: resourceMetadataSchema,
  })
  ofService(@Req() request: { headers: { host?: string } }): ResourceMetadata {
    return this.metadataOf(request.headers.host, '');
  }

  @Get(RESOURCE_METADATA_PATH + MCP_RESOURCE_PATH)
  @Public()
  @RouteConfig(ANY_ORIGIN)
  @Header('Access-Control-Allow-Origin', '*')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiRoute({
    summary: 'Who issues OAuth tokens for the MCP endpoint (RFC 9728)',
    answer: resourceMetadataSchema,
  })
  ofMcp(@Req() request: { headers: { host?: string } }): ResourceMetadata {
    return this.metadataOf(request.headers.host, MCP_RESOURCE_PATH);
  }

  private metadataOf(host: string | undefined, path: string): ResourceMetadata {
    return {
      resource: this.resource.urlFor(host) + path,
      authorization_servers: [this.resource.url],
      // No `offline_access`: whether a client may come back is not for a resource to say (MCP 2026-07-28, authorization).
      scopes_supported: grantableScopes(this.catalogue),
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS],
      dpop_bound_access_tokens_required: false,
      resource_name: this.settings.service.title,
    };
  }
}
