import { Injectable } from '@nestjs/common';
import { CallerCheck } from '../../access/caller-check.js';
import type { Requester } from '../../access/requester.js';
import { OrganizationData } from '../../database/organization/organization-data.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { notFound, validationFailed } from '../../errors/service-error.js';
import { Document } from '../document.entity.js';
import { indexInSpaces } from '../search/index-in-spaces.js';
import { DocumentShare, type ShareRole } from './document-share.entity.js';
import { assertOwner, lockReached } from './reached-document.js';
import type { Reader } from './reader.js';
import type { DocumentShareView } from './share.schema.js';
import { teamToShareWith } from './shared-team.js';

/** Which document, and which team. */
interface Named {
  id: string;
  teamId: string;
}

/**
 * Shares documents with teams. A document may be shared by its owner, and that of a team by the maintainers of the team. Reads ask the
 * database each time, so that what is no longer shared is read by nobody when the change has returned.
 */
@Injectable()
export class DocumentShares {
  constructor(
    private readonly data: OrganizationData,
    private readonly callers: CallerCheck,
  ) {}

  /** @throws notFound, forbidden for who is not the owner */
  list(by: Reader, id: string): Promise<DocumentShareView[]> {
    return this.data.transaction(by, async (manager) => {
      await assertOwner(manager, by, id);
      return manager.query<DocumentShareView[]>(
        `SELECT s.team_id AS "teamId", t.name AS team, s.role, s.source, s.created_at AS "createdAt"
         FROM document_shares s JOIN teams t ON t.id = s.team_id
         WHERE s.document_id = $1 ORDER BY s.created_at, t.id`,
        [id],
      );
    });
  }

  /**
   * Shares a document, or changes the role of those with whom it is shared. The members of the team find it when this has returned.
   * @throws notFound, forbidden for who is not the owner, validationFailed for the team that owns the document, and the refusal of a
   *   caller whose key is no longer valid
   */
  share(
    by: Requester,
    { id, teamId }: Named,
    role: ShareRole,
    alongside: InTransaction<DocumentShareView>,
  ): Promise<DocumentShareView> {
    return this.data.transaction(by.caller, async (manager) => {
      const caller = await this.callers.present(by, manager);
      await lockReached(manager, caller, id, 'owner');
      const team = await teamToShareWith(manager, caller, teamId);
      const document = await manager.findOneByOrFail(Document, { id });
      if (document.ownerId === teamId) throw validationFailed(['teamId: the document belongs to this team']);
      await manager.upsert(
        DocumentShare,
        { documentId: id, teamId, organizationId: document.organizationId, role, source: null },
        ['documentId', 'teamId'],
      );
      await indexInSpaces(manager, document);
      const { createdAt } = await manager.findOneByOrFail(DocumentShare, { documentId: id, teamId });
      const view = { teamId, team, role, source: null, createdAt };
      await alongside(manager, view);
      return view;
    });
  }

  /** @throws notFound, also where the document is not shared with the team, forbidden for who is not the owner */
  async unshare(by: Requester, { id, teamId }: Named, alongside: InTransaction<Named>): Promise<void> {
    await this.data.transaction(by.caller, async (manager) => {
      await lockReached(manager, await this.callers.present(by, manager), id, 'owner');
      const { affected } = await manager.delete(DocumentShare, { documentId: id, teamId });
      if (!affected) throw notFound('Share');
      await alongside(manager, { id, teamId });
    });
  }
}
