// The table and the bar of the search.
import { barTable, table } from '../harness/tables.mjs';

const digits = (value) => value.toFixed(3);
const percent = (value) => `${Math.round(value * 100)}%`;
const ms = (value) => (value === undefined ? '' : `${value.toFixed(1)} ms`);

/** @returns whether each line of the bar holds for a collection */
export function searchBar({ name, results }) {
  const [service, bm25, minisearch] = ['service', 'bm25', 'minisearch'].map((engine) =>
    results.find((result) => result.engine === engine),
  );
  const title = name.toUpperCase();
  return [
    {
      what: `${title}: nDCG@10 as the reference BM25`,
      bar: `>= ${digits(bm25.ndcg)}`,
      measured: digits(service.ndcg),
      ok: service.ndcg >= bm25.ndcg,
    },
    {
      what: `${title}: nDCG@10 above MiniSearch`,
      bar: `> ${digits(minisearch.ndcg)}`,
      measured: digits(service.ndcg),
      ok: service.ndcg > minisearch.ndcg,
    },
    {
      what: `${title}: questions without an answer`,
      bar: '0%',
      measured: percent(service.noAnswer),
      ok: service.noAnswer === 0,
    },
  ];
}

export function searchTables({ date, node, collections }) {
  const parts = collections.map((collection) => {
    const { name, documents, queries, cut, results } = collection;
    const [{ refused }] = results;
    const notes = [
      `${documents.toLocaleString('en')} documents, ${queries} questions`,
      cut > 0 && `${cut} of them cut to the length that the API takes, for all engines`,
      refused > 0 && `${refused} refused by the service`,
    ].filter(Boolean);
    const rows = results.map(({ label, ndcg, recall, noAnswer, p50, p95 }) => [
      label,
      digits(ndcg),
      digits(recall),
      percent(noAnswer),
      ms(p50),
      ms(p95),
    ]);
    const head = ['', 'nDCG@10', 'recall@10', 'no answer', 'p50', 'p95'];
    return `**${name.toUpperCase()}**: ${notes.join('; ')}.\n\n${table(head, rows)}`;
  });
  return [`${date}, Node ${node}.`, ...parts, barTable(collections.flatMap(searchBar))].join('\n\n');
}
