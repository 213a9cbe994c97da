/** The words of RFC 7644 for what is wrong with a request. */
export type ScimType =
  'invalidFilter' | 'invalidPath' | 'invalidSyntax' | 'invalidValue' | 'mutability' | 'uniqueness';

export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Refuses a request in the form of the standard (RFC 7644, 3.12). */
export class ScimError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly scimType?: ScimType,
    /** For the audit row, where the status does not say enough. */
    readonly reason?: string,
  ) {
    super(message);
  }

  get body(): object {
    return {
      schemas: [ERROR_SCHEMA],
      status: String(this.status),
      ...(this.scimType !== undefined && { scimType: this.scimType }),
      detail: this.message,
    };
  }
}

export const invalid = (message: string, scimType: ScimType = 'invalidValue') =>
  new ScimError(400, message, scimType);

export const unknownUser = () => new ScimError(404, 'This connection has no such user');

export const ofAdministrator = () =>
  new ScimError(403, 'A directory changes and ends no administrator', undefined, 'administrator');

export const taken = (message: string) => new ScimError(409, message, 'uniqueness');
