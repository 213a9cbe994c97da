import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { StartMistakes } from '../errors/start-mistakes.js';
import { ScopeCatalogue } from './scope-catalogue.js';
import { ScopeCheck } from './scope-check.js';
import { ScopesGuard } from './scopes.guard.js';
import { UndeclaredRoutes } from './undeclared-routes.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [ScopeCatalogue, ScopeCheck, ScopesGuard, StartMistakes, UndeclaredRoutes],
  exports: [ScopeCatalogue, ScopesGuard, StartMistakes],
})
export class AccessModule {}
