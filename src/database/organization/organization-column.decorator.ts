import { Column, Index } from 'typeorm';
import { COLUMN, TAKES_CURRENT } from './organization-security.js';

/**
 * Makes the rows of an entity those of organisations: the id of the row's organisation, which PostgreSQL takes from
 * the statement that inserts it. Its migration calls {@link enableOrganizationSecurity}, and its rows are read and written by
 * {@link OrganizationData}, or by a {@link PreparedRead} that is given the caller.
 *
 * @example
 * ```ts
 * @Entity('invoices')
 * export class Invoice {
 *   @PrimaryColumn('uuid')
 *   id!: string;
 *
 *   @OrganizationColumn()
 *   organizationId!: string;
 * }
 * ```
 */
export function OrganizationColumn(): PropertyDecorator {
  return (target, property) => {
    Column('uuid', { name: COLUMN, default: () => TAKES_CURRENT })(target, property);
    Index()(target, property);
  };
}
