// Reads collections of documents and questions with known answers.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['cisi', 'med'];
/** The longest query that the API takes, in characters. */
export const LONGEST_QUERY = 10_000;

const linesOf = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** @returns the collections in the folder; a query that is longer than the API takes is cut, for every engine */
export function readCollections(folder) {
  return NAMES.flatMap((name) => {
    const [documents, queries] = ['documents', 'queries'].map((kind) =>
      join(folder, `${name}-${kind}.jsonl`),
    );
    if (!existsSync(documents) || !existsSync(queries)) return [];
    const asked = linesOf(queries);
    return [
      {
        name,
        documents: linesOf(documents),
        queries: asked.map(({ query, relevant }) => ({
          query: query.slice(0, LONGEST_QUERY),
          relevant: new Set(relevant),
        })),
        cut: asked.filter(({ query }) => query.length > LONGEST_QUERY).length,
      },
    ];
  });
}
