/** What a project's specs need: the service on a PostgreSQL of its own, users, keys, clients and audit rows. */
export {
  type Answer,
  type CreatedKey,
  type RequestOptions,
  TestBouncer,
  type TestBouncerOptions,
  type TestOrganization,
  type TestUser,
} from './test-bouncer.js';
export type { AuditRow } from './audit-row.js';
