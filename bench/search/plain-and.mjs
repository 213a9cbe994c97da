// The comparison of the growth: the same texts in one column with a GIN index, where every word must match.
const TABLE = 'bench_search_plain';
const SEARCH = `
  SELECT id, ts_rank(search, q) AS rank
  FROM ${TABLE}, plainto_tsquery('english', $2) q
  WHERE owner_id = $1 AND search @@ q
  ORDER BY rank DESC, id DESC
  LIMIT 10`;

export async function createPlain(database) {
  await database.query(
    `CREATE TABLE ${TABLE} (id uuid PRIMARY KEY, owner_id uuid NOT NULL, search tsvector NOT NULL)`,
  );
}

/** Copies the documents that are not in the table yet. The index is built anew, which is faster than to extend it. */
export async function fillPlain(database) {
  await database.query(`DROP INDEX IF EXISTS ${TABLE}_search, ${TABLE}_owner`);
  await database.query(
    `INSERT INTO ${TABLE} (id, owner_id, search)
     SELECT id, owner_id, to_tsvector('english', title || ' ' || content) FROM documents
     WHERE NOT EXISTS (SELECT FROM ${TABLE} copied WHERE copied.id = documents.id)`,
  );
  await database.query(`CREATE INDEX ${TABLE}_search ON ${TABLE} USING gin (search)`);
  await database.query(`CREATE INDEX ${TABLE}_owner ON ${TABLE} (owner_id)`);
}

export const askPlain = (database, ownerId, query) => database.query(SEARCH, [ownerId, query]);
