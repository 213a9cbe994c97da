import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which replicas want to hear of what. Nobody notifies them of anything else. */
export class CoherenceInterests1796000060000 implements MigrationInterface {
  readonly name = 'CoherenceInterests1796000060000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE coherence_interests (
        topic text NOT NULL,
        replica uuid NOT NULL
          CONSTRAINT coherence_interests_replica_fkey REFERENCES coherence_replicas ON DELETE CASCADE,
        CONSTRAINT coherence_interests_pkey PRIMARY KEY (topic, replica)
      )`);
    await db.query('CREATE INDEX coherence_interests_replica ON coherence_interests (replica)');
    await db.query(`
      CREATE CONSTRAINT TRIGGER coherence_interests_changed AFTER INSERT OR DELETE ON coherence_interests
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION coherence_record_change('interest', 'topic')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE coherence_interests');
  }
}
