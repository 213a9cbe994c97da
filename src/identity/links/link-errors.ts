import { ServiceError } from '../../errors/service-error.js';

/** Makes the 404 for a link that was used, replaced, withdrawn, is too old, or never was. They are answered alike. */
export const linkOver = (reason: string): ServiceError =>
  new ServiceError('not_found', 'This link is not valid any more. Ask for a new one.', { reason });

/** Makes the 403 for a link of a person who is deactivated. */
export const linkOfInactive = (): ServiceError =>
  new ServiceError('account_inactive', 'This account is deactivated. Ask an administrator.');
