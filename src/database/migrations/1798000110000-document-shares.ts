import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
const AS_OWNER = `LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp`;

const DELETE_INDEX = `
  DELETE FROM document_indexes WHERE document_id = NEW.id;
  DELETE FROM document_terms WHERE document_id = NEW.id;`;
const deleteIndex = (before: string) => `
  CREATE OR REPLACE FUNCTION documents_delete_index() RETURNS trigger ${AS_OWNER} AS $$
  BEGIN
    ${before}
    ${DELETE_INDEX}
    RETURN NULL;
  END $$`;
const queueUnindexed = (space: string) => `
  CREATE OR REPLACE FUNCTION documents_queue_unindexed() RETURNS trigger ${AS_OWNER} AS $$
  BEGIN
    INSERT INTO unindexed_documents (document_id, space_id)
    SELECT id, ${space} FROM documents d
    WHERE id = NEW.id AND NOT EXISTS (SELECT FROM document_indexes i WHERE i.document_id = d.id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$`;
/** It locks the shares before what is indexed of them, as taking one away does. */
const MUST_BE_INDEXED = `UPDATE document_shares SET is_indexed = false WHERE document_id = NEW.id AND is_indexed;`;

/**
 * Documents are shared with teams, one by one or with the folder that they are imported from. A process of the version before knows
 * no shares: what it changes or imports is queued by triggers, for a process that does.
 */
export class DocumentShares1798000110000 implements MigrationInterface {
  readonly name = 'DocumentShares1798000110000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION search_space(organization uuid, owner uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN organization = '${DEFAULT_ORGANIZATION}' THEN owner
          ELSE encode(substring(sha256(uuid_send(organization) || uuid_send(owner)) FOR 16), 'hex')::uuid END
      $$`);
    await db.query(`
      CREATE TABLE document_shares (
        document_id uuid NOT NULL
          CONSTRAINT document_shares_document_fkey REFERENCES documents (id) ON DELETE CASCADE,
        team_id uuid NOT NULL CONSTRAINT document_shares_team_fkey REFERENCES teams (id) ON DELETE CASCADE,
        organization_id uuid NOT NULL
          CONSTRAINT document_shares_organization_fkey REFERENCES organizations (id) ON DELETE RESTRICT,
        role text NOT NULL CONSTRAINT document_shares_role_check CHECK (role IN ('reader', 'editor')),
        source text,
        is_indexed boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT document_shares_pkey PRIMARY KEY (document_id, team_id)
      )`);
    await db.query('CREATE INDEX document_shares_team ON document_shares (team_id, document_id)');
    await db.query(
      'CREATE INDEX document_shares_unindexed ON document_shares (team_id, document_id) WHERE NOT is_indexed',
    );
    await db.query(`
      CREATE TABLE document_source_shares (
        owner_id uuid NOT NULL CONSTRAINT document_source_shares_owner_fkey REFERENCES users (id) ON DELETE CASCADE,
        source text NOT NULL,
        team_id uuid NOT NULL
          CONSTRAINT document_source_shares_team_fkey REFERENCES teams (id) ON DELETE CASCADE,
        organization_id uuid NOT NULL
          CONSTRAINT document_source_shares_organization_fkey REFERENCES organizations (id) ON DELETE RESTRICT,
        role text NOT NULL CONSTRAINT document_source_shares_role_check CHECK (role IN ('reader', 'editor')),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT document_source_shares_pkey PRIMARY KEY (owner_id, source, team_id)
      )`);
    await db.query('CREATE INDEX document_source_shares_team ON document_source_shares (team_id)');
    await db.query(deleteIndex(MUST_BE_INDEXED));
    await db.query(queueUnindexed('search_space(d.organization_id, d.owner_id)'));
    await this.createTriggers(db);
  }

  async down(db: QueryRunner): Promise<void> {
    // In the order in which a writer of documents locks them.
    await db.query(
      'LOCK TABLE documents, document_imports, document_source_shares, document_shares IN ACCESS EXCLUSIVE MODE',
    );
    // The trigger deletes what the search knows of them.
    await db.query('DELETE FROM document_shares');
    await db.query('DROP TRIGGER document_imports_share ON document_imports');
    await db.query('DROP TRIGGER documents_queue_moved ON documents');
    await db.query('DROP TRIGGER documents_change_owner ON documents');
    await db.query(deleteIndex(''));
    await db.query(queueUnindexed('owner_id'));
    await db.query('DROP TABLE document_source_shares, document_shares');
    await db.query('DROP FUNCTION document_imports_share()');
    await db.query('DROP FUNCTION documents_change_owner()');
    await db.query('DROP FUNCTION document_shares_delete_terms()');
    await db.query('DROP FUNCTION search_space(uuid, uuid)');
  }

  private async createTriggers(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION document_shares_delete_terms() RETURNS trigger ${AS_OWNER} AS $$
      BEGIN
        DELETE FROM document_terms
        WHERE document_id = OLD.document_id AND space_id = search_space(OLD.organization_id, OLD.team_id);
        RETURN NULL;
      END $$`);
    await db.query(`
      CREATE FUNCTION documents_change_owner() RETURNS trigger ${AS_OWNER} AS $$
      BEGIN
        DELETE FROM document_shares
        WHERE document_id = NEW.id AND (team_id = NEW.owner_id OR organization_id <> NEW.organization_id);
        ${MUST_BE_INDEXED}
        ${DELETE_INDEX}
        RETURN NULL;
      END $$`);
    // The lock keeps a document from being imported unseen while its folder is shared.
    await db.query(`
      CREATE FUNCTION document_imports_share() RETURNS trigger ${AS_OWNER} AS $$
      BEGIN
        IF NEW.source IS NULL THEN
          RETURN NULL;
        END IF;
        PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.owner_id || ' ' || NEW.source, 0));
        INSERT INTO document_shares (document_id, team_id, organization_id, role, source)
        SELECT d.id, s.team_id, s.organization_id, s.role, s.source
        FROM document_source_shares s
        JOIN documents d ON d.id = NEW.document_id AND d.organization_id = s.organization_id AND d.owner_id = s.owner_id
        WHERE s.owner_id = NEW.owner_id AND s.source = NEW.source
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`);
    await db.query(
      'REVOKE ALL ON FUNCTION document_shares_delete_terms(), documents_change_owner(), document_imports_share() FROM PUBLIC',
    );
    await db.query(`
      CREATE TRIGGER document_shares_delete_terms AFTER DELETE ON document_shares
      FOR EACH ROW EXECUTE FUNCTION document_shares_delete_terms()`);
    await db.query(`
      CREATE TRIGGER documents_change_owner AFTER UPDATE OF owner_id, organization_id ON documents FOR EACH ROW
      WHEN ((OLD.owner_id, OLD.organization_id) IS DISTINCT FROM (NEW.owner_id, NEW.organization_id))
      EXECUTE FUNCTION documents_change_owner()`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER documents_queue_moved AFTER UPDATE OF owner_id, organization_id ON documents
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION documents_queue_unindexed()`);
    await db.query(`
      CREATE TRIGGER document_imports_share AFTER INSERT OR UPDATE OF source ON document_imports
      FOR EACH ROW EXECUTE FUNCTION document_imports_share()`);
  }
}
