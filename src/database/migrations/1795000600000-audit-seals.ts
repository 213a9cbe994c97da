import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditSeals1795000600000 implements MigrationInterface {
  readonly name = 'AuditSeals1795000600000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit_seals (
        node_id uuid NOT NULL,
        number bigint NOT NULL,
        from_seq bigint NOT NULL,
        to_seq bigint NOT NULL,
        first_at timestamptz(3),
        last_at timestamptz(3),
        hashes bytea NOT NULL,
        closed boolean NOT NULL,
        previous bytea NOT NULL,
        digest bytea NOT NULL,
        signature bytea NOT NULL,
        key_id text NOT NULL,
        sealed_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT audit_seals_pkey PRIMARY KEY (node_id, number),
        CONSTRAINT audit_seals_shape CHECK (
          number > 0 AND from_seq > 0 AND to_seq - from_seq BETWEEN -1 AND 999
          AND octet_length(hashes) = 32 * (to_seq - from_seq + 1)
          AND octet_length(previous) = 32 AND octet_length(digest) = 32 AND octet_length(signature) = 64
        )
      )`);
    // This index finds the seal of a row, and refuses a second chain over the same rows.
    await db.query(`CREATE UNIQUE INDEX audit_seals_from_seq ON audit_seals (node_id, from_seq)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE audit_seals`);
  }
}
