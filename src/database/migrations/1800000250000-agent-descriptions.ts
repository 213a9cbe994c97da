import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an agent is for, so that somebody else can say whether it should still exist. */
export class AgentDescriptions1800000250000 implements MigrationInterface {
  readonly name = 'AgentDescriptions1800000250000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE agents ADD description text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE agents DROP description');
  }
}
