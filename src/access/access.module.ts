import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScopeCatalogue } from './scope-catalogue.js';
import { ScopesGuard } from './scopes.guard.js';
import { UndeclaredRoutes } from './undeclared-routes.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [ScopeCatalogue, ScopesGuard, UndeclaredRoutes],
  exports: [ScopeCatalogue, ScopesGuard],
})
export class AccessModule {}
