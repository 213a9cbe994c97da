import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UsedRequestStates1795001000000 implements MigrationInterface {
  readonly name = 'UsedRequestStates1795001000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE used_request_states (
        id uuid CONSTRAINT used_request_states_pkey PRIMARY KEY,
        ends_at timestamptz(3) NOT NULL
      )`);
    await db.query(`CREATE INDEX used_request_states_ends ON used_request_states (ends_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE used_request_states`);
  }
}
