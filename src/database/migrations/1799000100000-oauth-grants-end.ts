import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever leaves an organisation, or may not act there for a while, ends what programs may do there for them. So a person who comes
 * back agrees again.
 */
const END_GRANTS = `
  CREATE FUNCTION oauth_end_grants(person uuid, organization text) RETURNS void LANGUAGE sql
  SET search_path = pg_catalog, public AS $$
    DELETE FROM public.oauth_refresh_tokens
      WHERE user_id = person AND (organization IS NULL OR reference_id = organization);
    DELETE FROM public.oauth_device_codes
      WHERE user_id = person AND (organization IS NULL OR organization_id::text = organization);
    DELETE FROM public.oauth_consents
      WHERE user_id = person AND (organization IS NULL OR reference_id = organization);
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

/** Grants end with the membership that they were made in, and with the account, as sessions and keys do. */
export class OAuthGrantsEnd1799000100000 implements MigrationInterface {
  readonly name = 'OAuthGrantsEnd1799000100000';

  async up(db: QueryRunner): Promise<void> {
    for (const sql of [END_GRANTS, END_GRANTS_OF_USER, END_GRANTS_OF_MEMBER]) await db.query(sql);
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
    await db.query('DROP TRIGGER memberships_deactivated_grants ON memberships');
    await db.query('DROP TRIGGER memberships_ended_grants ON memberships');
    await db.query('DROP TRIGGER users_deactivated_grants ON users');
    for (const name of ['memberships_end_grants()', 'users_end_grants()', 'oauth_end_grants(uuid, text)'])
      await db.query(`DROP FUNCTION ${name}`);
  }
}
