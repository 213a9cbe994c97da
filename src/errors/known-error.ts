import { HttpException } from '@nestjs/common';
import { asServiceError } from './adopted-error.js';
import { nestError } from './nest-error.js';
import type { ServiceError } from './service-error.js';

/**
 * Returns the {@link ServiceError} that a thrown value stands for: one of Nest's exceptions or a ServiceError. Any other value
 * gives nothing, also one that throws when it is read, such as a proxy.
 */
export function knownError(thrown: unknown): ServiceError | undefined {
  try {
    return thrown instanceof HttpException ? nestError(thrown) : asServiceError(thrown);
  } catch {
    return undefined;
  }
}
