import { choice, integer } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** What several processes on one database have to agree on. */
export const replicasVariables = {
  COHERENCE: optional(choice('replicas', 'single'), {
    description:
      'Whether other processes serve on the same database. `replicas`: a change that takes power away is answered when no process accepts the key any more, and a process that loses touch with PostgreSQL refuses calls with `lease_expired`. `single`: there is one process, it starts beside no other, and `API_KEY_STALE_SECONDS` holds. [How replicas agree](scaling.md#how-replicas-agree).',
    example: 'single',
    otherwise: '`replicas` with `DATABASE_URL`, `single` with the embedded PostgreSQL',
  }),
  COHERENCE_LEASE_MS: withDefault(integer(500, 60_000, 'milliseconds'), '3000', {
    description:
      'How long a process trusts what it knows of keys after it has asked PostgreSQL. It is also the longest that a revocation waits for a process that hangs. All replicas have the same.',
    example: '5000',
  }),
};
