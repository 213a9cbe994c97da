import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScopeCatalogue } from './scope-catalogue.js';
import { ScopesGuard } from './scopes.guard.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [ScopeCatalogue, ScopesGuard],
  exports: [ScopeCatalogue, ScopesGuard],
})
export class AccessModule {}
