import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { assertOperatingAdmin, assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { newId } from '../../common/new-id.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { notFound } from '../../errors/service-error.js';
import { CallerChanges } from '../../users/caller-changes.js';
import type { CreateScimConnectionDto } from './dto/create-scim-connection.dto.js';
import type { ScimConnectionView } from './scim-connection.schema.js';

const COLUMNS = `id, name, domains, created_at AS "createdAt", created_by AS "createdBy", last_used_at AS "lastUsedAt"`;
const MAX_LISTED = 200;

/** A directory that was recognised by its secret. */
export interface ScimConnection {
  id: string;
  name: string;
  domains: readonly string[];
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Gives administrators access to the connections of directories. The secret of one is shown once, and kept as a digest. */
@Injectable()
export class ScimConnections {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
  ) {}

  /** @throws insufficientScope without `users:read`, forbidden for who is no administrator */
  async list(caller: Caller): Promise<ScimConnectionView[]> {
    assertScopes(caller, 'users:read');
    assertOperatingAdmin(caller, 'connects a directory');
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM scim_connections ORDER BY created_at DESC, id DESC LIMIT ${MAX_LISTED}`,
    );
  }

  /** @throws forbidden for who is no administrator, and the refusal of a caller who is no longer valid */
  create(
    by: Requester,
    { name, domains }: CreateScimConnectionDto,
    alongside: InTransaction<ScimConnectionView>,
  ): Promise<ScimConnectionView & { bearer: string }> {
    const bearer = `scim_${randomBytes(32).toString('base64url')}`;
    return this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertOperatingAdmin(caller, 'connects a directory');
      const [made] = await manager.query<ScimConnectionView[]>(
        `INSERT INTO scim_connections (id, name, domains, secret_digest, created_by) VALUES ($1, $2, $3, $4, $5)
         RETURNING ${COLUMNS}`,
        [newId(), name, domains.map((domain) => domain.toLowerCase()), digestOf(bearer), caller.userId],
      );
      await alongside(manager, made!);
      return { ...made!, bearer };
    });
  }

  /** Ends a connection. Its users stay as they are. @throws notFound, and as {@link create} */
  async remove(by: Requester, id: string, alongside: InTransaction<string>): Promise<void> {
    await this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertOperatingAdmin(caller, 'connects a directory');
      const [, removed] = await manager.query<[unknown, number]>(
        'DELETE FROM scim_connections WHERE id = $1',
        [id],
      );
      if (removed === 0) throw notFound('Connection');
      await alongside(manager, id);
    });
  }

  /** Asks the database each time, so that a connection that was ended has no power on any replica. */
  async findBySecret(secret: string): Promise<ScimConnection | undefined> {
    if (!/^scim_[\w-]{43}$/.test(secret)) return undefined;
    const [found] = await this.dataSource.query<ScimConnection[]>(
      'SELECT id, name, domains FROM scim_connections WHERE secret_digest = $1',
      [digestOf(secret)],
    );
    return found;
  }

  /** Notes the use, once a minute at most. */
  async noteUse(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE scim_connections SET last_used_at = now()
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }
}
