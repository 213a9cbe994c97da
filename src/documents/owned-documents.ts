import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OwnedData, type Owner, type OwnedRows } from '../organizations/owned-data.js';

const OWNED = 'organization_id = $1 AND ($2::uuid IS NULL OR owner_id = $2)';

const MOVE_DOCUMENTS = `UPDATE documents SET owner_id = $3 WHERE ${OWNED}`;
const MOVE_IMPORTS = `
  UPDATE document_imports i SET owner_id = $3 FROM documents d
  WHERE d.id = i.document_id AND d.organization_id = $1 AND i.owner_id = $2
    AND NOT EXISTS (
      SELECT FROM document_imports own WHERE own.owner_id = $3 AND own.source = i.source AND own.path = i.path
    )`;
const DELETE_IMPORTS = `
  DELETE FROM document_imports i USING documents d
  WHERE d.id = i.document_id AND d.organization_id = $1 AND i.owner_id = $2`;
const MOVE_SHARED_FOLDERS = `
  UPDATE document_source_shares s SET owner_id = $3
  WHERE organization_id = $1 AND owner_id = $2
    AND NOT EXISTS (
      SELECT FROM document_source_shares own
      WHERE own.owner_id = $3 AND own.source = s.source AND own.team_id = s.team_id
    )`;
const DELETE_SHARED_FOLDERS = `
  DELETE FROM document_source_shares WHERE organization_id = $1 AND ($2::uuid IS NULL OR owner_id = $2)`;

/** Says what becomes of the documents of somebody who leaves an organisation. */
@Injectable()
export class OwnedDocuments implements OwnedRows {
  readonly name = 'documents';

  constructor(owned: OwnedData) {
    owned.register(this);
  }

  async count(manager: EntityManager, { organizationId, userId }: Owner): Promise<number> {
    const [row] = await manager.query<{ documents: number }[]>(
      `SELECT count(*)::int AS documents FROM (SELECT FROM documents WHERE ${OWNED} LIMIT 1000) AS owned`,
      [organizationId, userId],
    );
    return row!.documents;
  }

  /** Folders go with their documents. What the new owner imported or shared by the same name stays as it is. */
  async handOver(manager: EntityManager, { organizationId, userId }: Owner, to: string): Promise<void> {
    const both = [organizationId, userId];
    for (const statement of [MOVE_IMPORTS, MOVE_SHARED_FOLDERS, MOVE_DOCUMENTS])
      await manager.query(statement, [...both, to]);
    for (const statement of [DELETE_IMPORTS, DELETE_SHARED_FOLDERS]) await manager.query(statement, both);
  }

  async remove(manager: EntityManager, { organizationId, userId }: Owner): Promise<void> {
    for (const statement of [`DELETE FROM documents WHERE ${OWNED}`, DELETE_SHARED_FOLDERS])
      await manager.query(statement, [organizationId, userId]);
  }
}
