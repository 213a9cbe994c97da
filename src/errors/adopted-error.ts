import { types } from 'node:util';
import type { ErrorCode } from './error-codes.js';
import { SERVICE_ERROR_BRAND, ServiceError, type ServiceErrorOptions } from './service-error.js';

/**
 * Returns the value as a {@link ServiceError} of this copy of the package, or nothing when it is no ServiceError.
 *
 * A dependency of a project may bring its own copy of the package, whose errors have another class. Such an error is
 * built again here: its parts are checked by this copy's constructor, and one that does not pass stays an unexpected error.
 * Other code cannot set the brand by accident, because it is a symbol: neither parsed JSON nor the error of another
 * library has it.
 *
 * @throws what reading a hostile value throws, and TypeError for parts that do not pass: see `knownError`
 */
export function asServiceError(value: unknown): ServiceError | undefined {
  if (value instanceof ServiceError) return value;
  const isBranded =
    types.isNativeError(value) && (value as Partial<ServiceError>)[SERVICE_ERROR_BRAND] === true;
  return isBranded ? adopted(value) : undefined;
}

/** @throws TypeError for parts that no ServiceError has */
function adopted(foreign: Error): ServiceError {
  const { code, message, status, options } = foreign as Error & Record<string, unknown>;
  if (typeof message !== 'string' || typeof status !== 'number' || !isObject(options))
    throw new TypeError('The error of another copy lacks a part');
  const { headers, data, reason } = options;
  return new ServiceError(code as ErrorCode, message, {
    status,
    ...(isObject(headers) && { headers: headers as NonNullable<ServiceErrorOptions['headers']> }),
    ...(isObject(data) && { data }),
    ...(typeof reason === 'string' && { reason }),
    // The audit finds the row of the foreign error by this cause.
    cause: foreign,
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
