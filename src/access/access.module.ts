import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { StartMistakes } from '../errors/start-mistakes.js';
import { ProtectedResource } from './protected-resource.js';
import { ScopeCatalogue } from './scope-catalogue.js';
import { ScopeCheck } from './scope-check.js';
import { ScopesGuard } from './scopes.guard.js';
import { UndeclaredRoutes } from './undeclared-routes.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [ProtectedResource, ScopeCatalogue, ScopeCheck, ScopesGuard, StartMistakes, UndeclaredRoutes],
  exports: [ProtectedResource, ScopeCatalogue, ScopesGuard, StartMistakes],
})
export class AccessModule {}
