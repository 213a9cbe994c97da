import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { StartMistakes } from '../../errors/start-mistakes.js';
import { metadataNamesOf } from './audit-metadata.decorator.js';
import { assertMembers } from '../events/metadata-members.js';
import { inputSchemaOf } from './rest-arguments.js';

/** Checks at start that the input of each route has the members that `@AuditMetadata` names. MCP handlers are checked where they are registered. */
@Injectable()
export class AuditMetadataCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly mistakes: StartMistakes,
  ) {}

  onModuleInit(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      const type = metatype as Type;
      const prototype = type.prototype as Record<string, object>;
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const names = metadataNamesOf(prototype[method]!);
        if (names.length > 0)
          this.mistakes.collect(() =>
            assertMembers(`route ${type.name}.${method}`, names, inputSchemaOf(type, method)),
          );
      }
    }
  }
}
