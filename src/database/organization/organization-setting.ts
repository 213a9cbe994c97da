/**
 * The parameter of PostgreSQL that says whose rows a statement may touch: the id of an organisation, {@link NONE} or
 * `all`. Where it is not set, as in a process of the version before or in `psql`, they are those of the default
 * organisation.
 */
export const ORGANIZATION_SETTING = 'bouncer.organization';

/** The value for rows of no organisation. Every connection of the service begins with it. */
export const NONE = 'none';
/** The value for rows of all organisations. */
export const ALL = 'all';

/** Sets the parameter until the transaction ends, so that a connection carries nothing to its next user. */
export const SET_ORGANIZATION = `SELECT set_config('${ORGANIZATION_SETTING}', $1, true)`;

/**
 * Names the rows of all organisations, for work that belongs to none: indexing, retention, commands.
 *
 * @example
 * ```ts
 * await this.data.query(ALL_ORGANIZATIONS, 'SELECT count(*)::int AS overdue FROM invoices WHERE due_at < now()');
 * ```
 */
export const ALL_ORGANIZATIONS = Symbol('all organisations');

/**
 * Names whose rows a statement may touch: those of a caller's organisation, or of all.
 *
 * @example `list(of: OrganizationRef) { return this.data.query<Invoice>(of, 'SELECT * FROM invoices'); }`
 */
export type OrganizationRef = { readonly organizationId: string } | typeof ALL_ORGANIZATIONS;

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Returns the value of the parameter.
 * @throws Error where the id is none, so that no text from outside can mean all organisations
 */
export function settingOf(of: OrganizationRef): string {
  if (of === ALL_ORGANIZATIONS) return ALL;
  if (!ID.test(of.organizationId)) throw new Error('The id of an organisation is a UUID');
  return of.organizationId;
}
