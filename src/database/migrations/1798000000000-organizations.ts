import type { MigrationInterface, QueryRunner } from 'typeorm';

/** It is fixed, so that rows that a process of the version before inserts belong to it by default. */
const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';

/** In the order in which a writer of documents and keys locks them: the row first, and then the user that it refers to. */
const LOCK_WRITTEN = 'LOCK TABLE documents, api_keys, users IN ACCESS EXCLUSIVE MODE';

/**
 * Organisations and teams. All that was there before belongs to the default organisation. A process of the version before
 * writes the role of its members in `users.role` alone, so triggers keep the memberships of that organisation, and its
 * operators, as the column says.
 */
export class Organizations1798000000000 implements MigrationInterface {
  readonly name = 'Organizations1798000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(LOCK_WRITTEN);
    await db.query(`
      CREATE TABLE organizations (
        id uuid CONSTRAINT organizations_pkey PRIMARY KEY,
        name text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        ended_at timestamptz(3)
      )`);
    await db.query(`INSERT INTO organizations (id, name) VALUES ($1, 'Default')`, [DEFAULT_ORGANIZATION]);
    await db.query(`
      CREATE TABLE memberships (
        organization_id uuid NOT NULL
          CONSTRAINT memberships_organization_fkey REFERENCES organizations (id) ON DELETE RESTRICT,
        user_id uuid NOT NULL CONSTRAINT memberships_user_fkey REFERENCES users (id) ON DELETE CASCADE,
        role text NOT NULL
          CONSTRAINT memberships_role_check CHECK (role IN ('member', 'auditor', 'admin', 'owner')),
        is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, user_id)
      )`);
    await db.query('CREATE INDEX memberships_user ON memberships (user_id)');
    await db.query(`
      CREATE TABLE teams (
        id uuid CONSTRAINT teams_pkey PRIMARY KEY
          CONSTRAINT teams_principal_fkey REFERENCES users (id) ON DELETE RESTRICT,
        organization_id uuid NOT NULL
          CONSTRAINT teams_organization_fkey REFERENCES organizations (id) ON DELETE RESTRICT,
        name text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await db.query('CREATE UNIQUE INDEX teams_name_unique ON teams (organization_id, name)');
    await db.query(`
      CREATE TABLE team_members (
        team_id uuid NOT NULL CONSTRAINT team_members_team_fkey REFERENCES teams (id) ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT team_members_user_fkey REFERENCES users (id) ON DELETE CASCADE,
        role text NOT NULL CONSTRAINT team_members_role_check CHECK (role IN ('member', 'maintainer')),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT team_members_pkey PRIMARY KEY (team_id, user_id)
      )`);
    await db.query('CREATE INDEX team_members_user ON team_members (user_id, team_id)');
    for (const table of ['memberships', 'team_members']) {
      await db.query(`
        CREATE CONSTRAINT TRIGGER ${table}_changed AFTER UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION coherence_record_change('user', 'user_id')`);
      await db.query(`
        CREATE CONSTRAINT TRIGGER ${table}_deleted AFTER DELETE ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        EXECUTE FUNCTION coherence_record_change('user', 'user_id')`);
    }
    await this.changeUsers(db);
    for (const table of ['api_keys', 'documents'])
      await db.query(
        `ALTER TABLE ${table} ADD organization_id uuid NOT NULL DEFAULT '${DEFAULT_ORGANIZATION}',
         ADD CONSTRAINT ${table}_organization_fkey
           FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE RESTRICT NOT VALID`,
      );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(LOCK_WRITTEN);
    // The version before knows people alone, and one organisation.
    const others = `SELECT id FROM users WHERE role IS NULL OR kind <> 'person'`;
    await db.query(`DELETE FROM documents WHERE organization_id <> $1 OR owner_id IN (${others})`, [
      DEFAULT_ORGANIZATION,
    ]);
    await db.query(`DELETE FROM api_keys WHERE organization_id <> $1 OR user_id IN (${others})`, [
      DEFAULT_ORGANIZATION,
    ]);
    for (const table of ['documents', 'api_keys'])
      await db.query(`ALTER TABLE ${table} DROP COLUMN organization_id`);
    await db.query('DROP TRIGGER users_membership ON users');
    await db.query('DROP FUNCTION users_keep_membership()');
    await db.query('DROP TRIGGER users_operator ON users');
    await db.query('DROP FUNCTION users_set_operator()');
    await db.query('DROP TABLE team_members, teams, memberships, organizations');
    await db.query(`DELETE FROM users WHERE role IS NULL OR kind <> 'person'`);
    await db.query(`UPDATE users SET role = 'admin' WHERE role = 'owner'`);
    await db.query('ALTER TABLE users ALTER role SET NOT NULL, DROP COLUMN is_operator, DROP COLUMN kind');
  }

  private async changeUsers(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE users
        ALTER role DROP NOT NULL,
        ADD kind text NOT NULL DEFAULT 'person'
          CONSTRAINT users_kind_check CHECK (kind IN ('person', 'agent', 'team')),
        ADD is_operator boolean NOT NULL DEFAULT false`);
    await db.query(KEEP_MEMBERSHIP);
    await db.query(`
      CREATE TRIGGER users_membership AFTER INSERT OR UPDATE OF role ON users FOR EACH ROW
      EXECUTE FUNCTION users_keep_membership()`);
    await db.query(SET_OPERATOR);
    await db.query(`
      CREATE TRIGGER users_operator BEFORE INSERT OR UPDATE OF role ON users FOR EACH ROW
      EXECUTE FUNCTION users_set_operator()`);
  }
}

const KEEP_MEMBERSHIP = `
  CREATE FUNCTION users_keep_membership() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    IF TG_OP = 'UPDATE' AND NEW.role IS NOT DISTINCT FROM OLD.role THEN
      RETURN NULL;
    END IF;
    IF NEW.role IS NULL THEN
      DELETE FROM public.memberships
      WHERE organization_id = '${DEFAULT_ORGANIZATION}' AND user_id = NEW.id;
    ELSE
      INSERT INTO public.memberships (organization_id, user_id, role)
      VALUES ('${DEFAULT_ORGANIZATION}', NEW.id, NEW.role)
      ON CONFLICT (organization_id, user_id) DO UPDATE SET role = EXCLUDED.role;
    END IF;
    RETURN NULL;
  END $$`;

const SET_OPERATOR = `
  CREATE FUNCTION users_set_operator() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      NEW.is_operator := NEW.is_operator OR coalesce(NEW.role IN ('admin', 'owner'), false);
    ELSIF NEW.role IS DISTINCT FROM OLD.role THEN
      NEW.is_operator := coalesce(NEW.role IN ('admin', 'owner'), false);
    END IF;
    RETURN NEW;
  END $$`;
