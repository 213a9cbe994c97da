import { oidcIssuer } from '../../config/value-schemas.js';
import { validationFailed } from '../../errors/service-error.js';
import type { CreateSsoConnectionDto } from './dto/create-sso-connection.dto.js';

/** @throws ServiceError `validation_failed` for members that do not fit the kind of the connection */
export function checkMembers({ issuer, clientId }: CreateSsoConnectionDto): void {
  const errors: string[] = [];
  if (!oidcIssuer.safeParse(issuer).success) errors.push('issuer: must be an https URL without a query');
  if (clientId === undefined) errors.push('clientId: is needed');
  if (errors.length > 0) throw validationFailed(errors);
}
