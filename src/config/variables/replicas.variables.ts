import * as z from 'zod';
import { choice, integer } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** What several processes on one database have to agree on. */
export const replicasVariables = {
  WORKERS: withDefault(integer(1, 64, 'processes'), '1', {
    description:
      'How many processes `bouncer start` runs, to use as many cores. They serve one port and are [replicas of each other](scaling.md#workers), also on the embedded PostgreSQL. `bouncer dev` and `bouncer stdio` run one process.',
    example: '2',
  }),
  COHERENCE: optional(choice('replicas', 'single'), {
    description:
      'Whether other processes serve on the same database. `replicas`: a change that takes power away is answered when no process accepts the key any more, and a process that loses touch with PostgreSQL refuses calls with `lease_expired`. `single`: there is one process, it starts beside no other, and `API_KEY_STALE_SECONDS` holds. [How replicas agree](scaling.md#how-replicas-agree).',
    example: 'single',
    otherwise: '`replicas` with `DATABASE_URL` or several `WORKERS`, else `single`',
  }),
  SECRETS_KEY: optional(z.string().min(32, 'must have at least 32 characters'), {
    description:
      'The one key that all replicas are given. Under it, the service keeps in PostgreSQL what replicas must share and no setting names: the key that signs the seals, and the secret of `MCP_STATE_SECRET`. [How they are kept](operations.md#secrets-of-replicas).',
    shape: 'at least 32 characters',
    example: 'use-the-output-of-openssl-rand-hex-32',
    otherwise: 'each process has secrets of its own',
    secret: true,
  }),
  COHERENCE_LEASE_MS: withDefault(integer(500, 60_000, 'milliseconds'), '3000', {
    description:
      'How long a process trusts what it knows of keys after it has asked PostgreSQL. It is also the longest that a revocation waits for a process that hangs. All replicas have the same.',
    example: '5000',
  }),
};
