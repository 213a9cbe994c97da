// Asks an engine all questions of a collection and measures what it finds.
import { Times } from '../load/times.mjs';

export const DEPTH = 10;

/** Returns the nDCG of the first results, where a relevant document has gain 1. */
function gainOf(found, relevant) {
  const discount = (index) => 1 / Math.log2(index + 2);
  const sum = (count, has) => {
    let total = 0;
    for (let index = 0; index < count; index++) if (has(index)) total += discount(index);
    return total;
  };
  const ideal = sum(Math.min(DEPTH, relevant.size), () => true);
  return sum(found.length, (index) => relevant.has(found[index])) / ideal;
}

/**
 * @param engine has a `label`, `search(query)` that gives the ids of the best documents, and `isAsked` when a search
 * is a request or a query, whose time is then told
 */
export async function evaluate(engine, { queries }) {
  const times = new Times();
  const totals = { ndcg: 0, recall: 0, empty: 0 };
  for (const { query, relevant } of queries) {
    const began = performance.now();
    const found = (await engine.search(query)).slice(0, DEPTH);
    times.add(performance.now() - began);
    totals.ndcg += gainOf(found, relevant);
    totals.recall += found.filter((id) => relevant.has(id)).length / relevant.size;
    if (found.length === 0) totals.empty++;
  }
  const { p50, p95 } = times.summary();
  const mean = (total) => total / queries.length;
  return {
    engine: engine.name,
    label: engine.label,
    ndcg: mean(totals.ndcg),
    recall: mean(totals.recall),
    noAnswer: mean(totals.empty),
    refused: engine.refused ?? 0,
    ...(engine.isAsked && { p50, p95 }),
  };
}
