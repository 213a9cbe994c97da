import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever leaves an organisation, or may not act there for a while, ends what programs may do there for them. So a person who comes
 * back agrees again.
 */
const END_GRANTS = `
  CREATE FUNCTION oauth_end_grants(person uuid, organization text) RETURNS void LANGUAGE sql
  SET search_path = pg_catalog, public AS $$
    DELETE FROM public.oauth_consents
      WHERE user_id = person AND (organization IS NULL OR reference_id = organization);
    DELETE FROM public.oauth_refresh_tokens
      WHERE user_id = person AND (organization IS NULL OR reference_id = organization);
    DELETE FROM public.oauth_device_codes
      WHERE user_id = person AND (organization IS NULL OR organization_id::text = organization);
  $$`;

const END_GRANTS_OF_USER = `
  CREATE FUNCTION users_end_grants() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    PERFORM public.oauth_end_grants(NEW.id, NULL);
    RETURN NULL;
  END $$`;

const END_GRANTS_OF_MEMBER = `
  CREATE FUNCTION memberships_end_grants() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    PERFORM public.oauth_end_grants(OLD.user_id, OLD.organization_id::text);
    RETURN NULL;
  END $$`;

/**
 * A refresh token is written only while its grant is there, and keeps the grant from ending meanwhile. Whoever ends the grant deletes
 * it first, and then finds each token of it.
 */
const NEED_GRANT = `
  CREATE FUNCTION oauth_refresh_tokens_need_grant() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public AS $$
  BEGIN
    PERFORM FROM public.oauth_consents
      WHERE user_id = NEW.user_id AND client_id = NEW.client_id AND reference_id = NEW.reference_id FOR KEY SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The grant of this token has ended';
    END IF;
    RETURN NEW;
  END $$`;

/** Grants end with the membership that they were made in, and with the account, as sessions and keys do. */
export class OAuthGrantsEnd1799000100000 implements MigrationInterface {
  readonly name = 'OAuthGrantsEnd1799000100000';

  async up(db: QueryRunner): Promise<void> {
    for (const sql of [END_GRANTS, END_GRANTS_OF_USER, END_GRANTS_OF_MEMBER, NEED_GRANT]) await db.query(sql);
    await db.query(`
      CREATE TRIGGER oauth_refresh_tokens_grant BEFORE INSERT ON oauth_refresh_tokens FOR EACH ROW
      EXECUTE FUNCTION oauth_refresh_tokens_need_grant()`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER oauth_consents_narrowed AFTER UPDATE OF scopes ON oauth_consents
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.scopes IS DISTINCT FROM NEW.scopes)
      EXECUTE FUNCTION coherence_record_change('grant', 'id')`);
    await db.query(`
      CREATE TRIGGER users_deactivated_grants AFTER UPDATE OF is_active ON users FOR EACH ROW
      WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION users_end_grants()`);
    await db.query(`
      CREATE TRIGGER memberships_ended_grants AFTER DELETE ON memberships FOR EACH ROW
      EXECUTE FUNCTION memberships_end_grants()`);
    await db.query(`
      CREATE TRIGGER memberships_deactivated_grants AFTER UPDATE OF is_active ON memberships FOR EACH ROW
      WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION memberships_end_grants()`);
  }

  async down(db: QueryRunner): Promise<void> {
    // In the order in which a writer of documents locks them, which neither then waits for in vain.
    await db.query('LOCK TABLE users, memberships IN ACCESS EXCLUSIVE MODE');
    await db.query('DROP TRIGGER oauth_consents_narrowed ON oauth_consents');
    await db.query('DROP TRIGGER oauth_refresh_tokens_grant ON oauth_refresh_tokens');
    await db.query('DROP TRIGGER memberships_deactivated_grants ON memberships');
    await db.query('DROP TRIGGER memberships_ended_grants ON memberships');
    await db.query('DROP TRIGGER users_deactivated_grants ON users');
    for (const name of [
      'oauth_refresh_tokens_need_grant()',
      'memberships_end_grants()',
      'users_end_grants()',
      'oauth_end_grants(uuid, text)',
    ])
      await db.query(`DROP FUNCTION ${name}`);
  }
}
