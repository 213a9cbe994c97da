// Grows the documents of one user and measures full-text search through the tool that agents call.
import { measure, tell, withOurs } from './curve.mjs';

const CHUNK = 10_000;
const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
const WORDS = ['harbour', 'ledger', 'meadow', 'copper', 'signal', 'orchard', 'lantern', 'granite'];

export async function documentsCurve(database, options) {
  const points = [];
  await withOurs(database, {}, async (ours, { userId, key }) => {
    let have = 0;
    for (const size of options.documents) {
      for (; have < size; have = Math.min(size, have + CHUNK))
        await addDocuments(database, userId, have, Math.min(size, have + CHUNK));
      await ours.indexed();
      await database.query('VACUUM ANALYZE');
      const search = await measure(ours, options, { keys: [key], kind: 'search' });
      tell('documents, search', size, search);
      points.push({ size, ...search });
    }
  });
  return { points };
}

/**
 * Adds texts of words from a vocabulary of a few thousand. Each contains one of the searched words, and a number.
 */
export async function addDocuments(
  database,
  userId,
  from,
  to,
  { words = 80, organizationId = DEFAULT_ORGANIZATION } = {},
) {
  await database.query(
    `INSERT INTO documents (id, owner_id, organization_id, title, content, filename)
     SELECT gen_random_uuid(), $1, $6, 'Report ' || n, ($4::text[])[1 + n % 8] || ' number' || n % 97 || ' ' || words, 'report-' || n || '.md'
     FROM generate_series($2::int + 1, $3::int) n,
     LATERAL (SELECT string_agg('word' || floor(5000 * power(random(), 2)), ' ') AS words
              FROM generate_series(1, $5::int + n * 0)) text`,
    [userId, from, to, WORDS, words, organizationId],
  );
}
