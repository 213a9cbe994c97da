import { validate as isUuid } from 'uuid';
import { forbidden, validationFailed } from '../errors/service-error.js';
import type { Caller, CallerRequest } from './caller.js';

/**
 * Returns the organisation that a request names by the header `Organization`. `null`: it names none.
 * @throws validationFailed
 */
export function organizationOf({ organization }: CallerRequest['headers']): string | null {
  if (organization === undefined) return null;
  if (typeof organization === 'string' && isUuid(organization)) return organization.toLowerCase();
  throw validationFailed(['Organization: must be the id of an organization']);
}

/**
 * Checks the header `Organization` of a request with a key, which acts in its own organisation alone.
 * @throws ServiceError `forbidden`, `validation_failed`
 */
export function assertOwnOrganization(headers: CallerRequest['headers'], { organizationId }: Caller): void {
  if (headers.organization !== undefined && organizationOf(headers) !== organizationId)
    throw forbidden('This key acts in another organization', 'not_a_member');
}
