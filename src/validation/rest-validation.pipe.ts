import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { validationFailed } from '../errors/service-error.js';
import { inheritedNameLines } from './inherited-names.js';
import { linesOf } from './validation-lines.js';

/**
 * Validates the bodies and queries of REST routes by their DTOs. MCP calls validate their arguments themselves, after
 * the guards.
 */
@Injectable()
export class RestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) => validationFailed(linesOf(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (this.toValidate(metadata)) {
      const lines = inheritedNameLines(value);
      if (lines.length > 0) throw validationFailed(lines);
    }
    return super.transform(value, metadata) as Promise<unknown>;
  }
}
