import { Injectable, ValidationPipe } from '@nestjs/common';
import { validationFailed } from '../errors/service-error.js';
import { linesOf } from './validation-lines.js';

/** Validates the bodies and queries of REST routes by their DTOs. MCP calls check their arguments themselves, after the guards. */
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
}
