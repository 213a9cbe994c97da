import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a grant ends for is what was deleted by itself: where its person, client or organisation goes, nothing is left to note. */
const NOTE_END = `
  CREATE FUNCTION oauth_note_ended_grant() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    INSERT INTO public.oauth_ended_grants (user_id, client_id, organization_id)
      SELECT u.id, c.client_id, o.id FROM public.users u, public.oauth_clients c, public.organizations o
      WHERE u.id = OLD.user_id AND c.client_id = OLD.client_id AND o.id::text = OLD.reference_id
      ON CONFLICT (user_id, client_id, organization_id) DO UPDATE SET ended_at = now();
    RETURN NULL;
  END $$`;

const FORGET_END = `
  CREATE FUNCTION oauth_forget_ended_grant() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    DELETE FROM public.oauth_ended_grants
      WHERE user_id = NEW.user_id AND client_id = NEW.client_id AND organization_id::text = NEW.reference_id;
    RETURN NULL;
  END $$`;

/**
 * An issuer lets a client in for a person, who is not asked. The grant shows which issuer, and for what, apart from what the person
 * agreed to. One that was ended is not made again by the issuer: the person has to agree.
 */
export class OAuthIssuerGrants1799000710000 implements MigrationInterface {
  readonly name = 'OAuthIssuerGrants1799000710000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE oauth_consents ADD COLUMN issuer text, ADD COLUMN issuer_scopes jsonb');
    await db.query(`
      CREATE TABLE oauth_ended_grants (
        user_id uuid NOT NULL CONSTRAINT oauth_ended_grants_user_fkey REFERENCES users (id) ON DELETE CASCADE,
        client_id text NOT NULL
          CONSTRAINT oauth_ended_grants_client_fkey REFERENCES oauth_clients (client_id) ON DELETE CASCADE,
        organization_id uuid NOT NULL
          CONSTRAINT oauth_ended_grants_organization_fkey REFERENCES organizations (id) ON DELETE CASCADE,
        ended_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT oauth_ended_grants_pkey PRIMARY KEY (user_id, client_id, organization_id)
      )`);
    await db.query('CREATE INDEX oauth_ended_grants_client ON oauth_ended_grants (client_id)');
    await db.query('CREATE INDEX oauth_ended_grants_organization ON oauth_ended_grants (organization_id)');
    await db.query(NOTE_END);
    await db.query(FORGET_END);
    await db.query(`
      CREATE TRIGGER oauth_consents_ended AFTER DELETE ON oauth_consents
      FOR EACH ROW EXECUTE FUNCTION oauth_note_ended_grant()`);
    await db.query(`
      CREATE TRIGGER oauth_consents_agreed AFTER INSERT ON oauth_consents
      FOR EACH ROW WHEN (NEW.issuer IS NULL) EXECUTE FUNCTION oauth_forget_ended_grant()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER oauth_consents_agreed ON oauth_consents');
    await db.query('DROP TRIGGER oauth_consents_ended ON oauth_consents');
    await db.query('DROP FUNCTION oauth_forget_ended_grant()');
    await db.query('DROP FUNCTION oauth_note_ended_grant()');
    await db.query('DROP TABLE oauth_ended_grants');
    await db.query('ALTER TABLE oauth_consents DROP COLUMN issuer, DROP COLUMN issuer_scopes');
  }
}
