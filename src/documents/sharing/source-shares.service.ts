import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CallerCheck } from '../../access/caller-check.js';
import type { Requester } from '../../access/requester.js';
import { OrganizationData } from '../../database/organization/organization-data.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { notFound } from '../../errors/service-error.js';
import type { ShareRole } from './document-share.entity.js';
import { DocumentSourceShare } from './document-source-share.entity.js';
import type { Reader } from './reader.js';
import type { SourceShareView } from './share.schema.js';
import { teamToShareWith } from './shared-team.js';

/** Which folder, by the source of its import, and which team. */
interface Named {
  source: string;
  teamId: string;
}

const LIST = `
  SELECT f.source, f.team_id AS "teamId", t.name AS team, f.role, f.created_at AS "createdAt", (
           SELECT count(*)::int FROM document_imports i
           JOIN document_shares s ON s.document_id = i.document_id AND s.team_id = f.team_id AND s.source = f.source
           WHERE i.owner_id = f.owner_id AND i.source = f.source
         ) AS documents
  FROM document_source_shares f JOIN teams t ON t.id = f.team_id
  WHERE f.owner_id = $1 AND f.organization_id = $2 AND ($3::text IS NULL OR (f.source = $3 AND f.team_id = $4))
  ORDER BY f.source, f.team_id`;
/** What was shared by itself stays as it is. */
const SHARE_ALL = `
  INSERT INTO document_shares (document_id, team_id, organization_id, role, source)
  SELECT d.id, $4, d.organization_id, $5, $3
  FROM document_imports i JOIN documents d ON d.id = i.document_id
  WHERE i.owner_id = $1 AND i.source = $3 AND d.owner_id = $1 AND d.organization_id = $2
  ON CONFLICT (document_id, team_id) DO UPDATE SET role = excluded.role, source = excluded.source
  WHERE document_shares.source IS NOT NULL`;
const UNSHARE_ALL = `
  DELETE FROM document_shares s USING documents d
  WHERE d.id = s.document_id AND d.owner_id = $1 AND d.organization_id = $2 AND s.source = $3 AND s.team_id = $4`;

/**
 * Shares what a user imports from a folder, now and later. A search of the team indexes what it would find, and the rest is indexed in
 * the background.
 */
@Injectable()
export class SourceShares {
  constructor(
    private readonly data: OrganizationData,
    private readonly callers: CallerCheck,
  ) {}

  list(by: Reader): Promise<SourceShareView[]> {
    return this.data.query<SourceShareView>(by, LIST, [by.userId, by.organizationId, null, null]);
  }

  /** @throws notFound where the caller imported nothing from the source, or there is no such team */
  share(
    by: Requester,
    { source, teamId }: Named,
    role: ShareRole,
    alongside: InTransaction<SourceShareView>,
  ): Promise<SourceShareView> {
    return this.data.transaction(by.caller, async (manager) => {
      const { userId, organizationId } = await this.callers.present(by, manager);
      await teamToShareWith(manager, { userId, organizationId }, teamId);
      await lockSource(manager, userId, source);
      const key = { ownerId: userId, source, teamId };
      const [known] = await manager.query<unknown[]>(
        'SELECT FROM document_imports WHERE owner_id = $1 AND source = $2 LIMIT 1',
        [userId, source],
      );
      if (!known) throw notFound('Source');
      await manager.upsert(DocumentSourceShare, { ...key, organizationId, role }, [
        'ownerId',
        'source',
        'teamId',
      ]);
      await manager.query(SHARE_ALL, [userId, organizationId, source, teamId, role]);
      const [view] = await manager.query<[SourceShareView]>(LIST, [userId, organizationId, source, teamId]);
      await alongside(manager, view);
      return view;
    });
  }

  /** @throws notFound where the source is not shared with the team */
  async unshare(by: Requester, { source, teamId }: Named, alongside: InTransaction<Named>): Promise<void> {
    await this.data.transaction(by.caller, async (manager) => {
      const { userId, organizationId } = await this.callers.present(by, manager);
      await lockSource(manager, userId, source);
      const { affected } = await manager.delete(DocumentSourceShare, {
        ownerId: userId,
        organizationId,
        source,
        teamId,
      });
      if (!affected) throw notFound('Share');
      await manager.query(UNSHARE_ALL, [userId, organizationId, source, teamId]);
      await alongside(manager, { source, teamId });
    });
  }
}

/** The trigger that shares what is imported waits for it. */
const lockSource = (manager: EntityManager, ownerId: string, source: string): Promise<unknown> =>
  manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))`, [ownerId, source]);
