import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { conflict } from '../../errors/service-error.js';
import type { ChangedUser } from './changed-user.js';
import type { ScimConnection } from './scim-connections.js';
import { ScimError } from './scim-error.js';

/** Records what a directory does. The row of a change is committed with it. */
@Injectable()
export class ScimAudit {
  constructor(private readonly trail: AuditTrail) {}

  async read<T>(
    request: FastifyRequest,
    action: string,
    connection: ScimConnection,
    work: () => Promise<T>,
  ): Promise<T> {
    const answer = await work();
    await this.trail.attempted(subjectOf(request, action, connection), 'success', null, undefined);
    return answer;
  }

  async change<T>(
    request: FastifyRequest,
    action: string,
    connection: ScimConnection,
    work: (alongside: InTransaction<ChangedUser>) => Promise<T>,
  ): Promise<T> {
    const subject = { ...subjectOf(request, action, connection), resourceKind: 'user' };
    const row = this.trail.change(subject, performance.now());
    const alongside = row.audit<ChangedUser>(({ id, isActive, email }) => ({
      id,
      metadata: { isActive, email },
    }));
    try {
      const made = await work(alongside);
      row.confirm();
      return made;
    } catch (error) {
      const isRefusal = error instanceof ScimError;
      if (row.slot)
        await this.trail.failed(subject, isRefusal ? conflict(error.message) : error, null, row.slot);
      else if (isRefusal)
        await this.trail.attempted(
          { ...subject, resource: resourceOf(request) },
          'denied',
          error.reason ?? error.scimType ?? String(error.status),
          undefined,
        );
      throw error;
    }
  }
}

/** The user whom a request names, whether there is one or not. */
function resourceOf({ params }: FastifyRequest): string | null {
  const { id } = params as { id?: string };
  return id !== undefined && isUuid(id) ? `user:${id.toLowerCase()}` : null;
}

const subjectOf = (request: FastifyRequest, action: string, { id, name }: ScimConnection) => ({
  request,
  action,
  metadata: { connectionId: id, connection: name },
});
