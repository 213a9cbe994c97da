// The full-text search of PostgreSQL alone, and the words as its English dictionary sees them.
import { DEPTH } from './measures.mjs';

const AND = "websearch_to_tsquery('english', $1)";
const OR = "replace(plainto_tsquery('english', $1)::text, '&', '|')::tsquery";

/** Puts a collection into a table of its own. @returns an engine that wants all words, and one that wants any */
export async function postgresEngines(database, { name, documents }) {
  const table = `bench_search_${name}`;
  await database.query(`DROP TABLE IF EXISTS ${table}`);
  await database.query(`CREATE TABLE ${table} (id int PRIMARY KEY, search tsvector NOT NULL)`);
  await database.query(
    `INSERT INTO ${table} (id, search)
     SELECT id, setweight(to_tsvector('english', title), 'A') || to_tsvector('english', content)
     FROM unnest($1::int[], $2::text[], $3::text[]) AS document (id, title, content)`,
    ['id', 'title', 'content'].map((member) => documents.map((document) => document[member])),
  );
  await database.query(`CREATE INDEX ON ${table} USING gin (search)`);
  await database.query(`ANALYZE ${table}`);
  const engine = (short, label, words) => ({
    name: short,
    label,
    isAsked: true,
    search: async (query) =>
      (
        await database.query(
          `SELECT id FROM ${table}, (SELECT ${words} AS q) AS asked WHERE search @@ q ORDER BY ts_rank(search, q) DESC, id LIMIT ${DEPTH}`,
          [query],
        )
      ).map(({ id }) => id),
  });
  return [engine('and', 'PostgreSQL, all words', AND), engine('or', 'PostgreSQL, any word, ts_rank', OR)];
}

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** @returns a function that gives the stems of a text without stop words, for texts of this collection */
export async function stemsOf(database, { documents, queries }) {
  const texts = [
    ...documents.flatMap(({ title, content }) => [title, content]),
    ...queries.map(({ query }) => query),
  ];
  const words = [...new Set(texts.flatMap(wordsOf))];
  const rows = await database.query(
    `SELECT word, (ts_lexize('english_stem', word))[1] AS stem FROM unnest($1::text[]) word`,
    [words],
  );
  const stems = new Map(rows.map(({ word, stem }) => [word, stem]));
  return (text) =>
    wordsOf(text)
      .map((word) => stems.get(word))
      .filter((stem) => stem !== null);
}
