import { Injectable, Logger, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { accessRuleOf } from './access-policy.js';

/**
 * Warns at start of REST handlers that refuse everybody because they declare no access rule, which nobody intends.
 */
@Injectable()
export class UndeclaredRoutes implements OnApplicationBootstrap {
  private readonly logger = new Logger(UndeclaredRoutes.name);

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.embedded) return;
    for (const { metatype } of this.discovery.getControllers()) {
      const type = metatype as Type | null;
      if (!type?.prototype) continue;
      const prototype = type.prototype as Record<string, () => unknown>;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name]!;
        if (Reflect.hasMetadata(METHOD_METADATA, handler) && !accessRuleOf(handler, type))
          this.logger.warn(
            `The handler ${type.name}.${name} declares no scopes: nobody can use it. Add @Scopes(...), @Authenticated() or @Public()`,
          );
      }
    }
  }
}
