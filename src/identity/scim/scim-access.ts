import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { rateLimited } from '../../rate-limit/rate-limited.js';
import { limitKey, WINDOW_MS } from '../../rate-limit/store/limit.js';
import { LimitStore } from '../../rate-limit/store/limit-store.js';
import { type ScimConnection, ScimConnections } from './scim-connections.js';
import { ScimError } from './scim-error.js';

/** The requests a minute of one directory, over all replicas. */
const MOST_REQUESTS = 600;

/** Recognises directories by their secrets, slows down who guesses them, and bounds how much each may ask. */
@Injectable()
export class ScimAccess {
  constructor(
    private readonly connections: ScimConnections,
    private readonly failures: FailedKeyLimiter,
    private readonly limits: LimitStore,
    private readonly trail: AuditTrail,
  ) {}

  /** @throws ScimError 401, ServiceError `rate_limited` */
  async admit(request: FastifyRequest): Promise<ScimConnection> {
    const [, secret = ''] = /^Bearer ([\w-]{1,100})$/i.exec(request.headers.authorization ?? '') ?? [];
    const connection = await this.connections.findBySecret(secret);
    if (!connection) {
      await this.trail.attempted(
        { request, action: 'scim.authenticate' },
        'denied',
        'unknown_secret',
        undefined,
      );
      throw (await this.failures.count(request.ip)) ?? new ScimError(401, 'No connection has this secret');
    }
    const limit = {
      key: limitKey(connection.id, 'scim'),
      policy: 'requests per directory',
      max: MOST_REQUESTS,
      windowMs: WINDOW_MS,
    };
    const verdict = await this.limits.charge([limit], 1);
    if (verdict.refused) throw rateLimited(limit, verdict.resetSeconds);
    await this.connections.noteUse(connection.id);
    return connection;
  }
}
