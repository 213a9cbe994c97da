// The reference: BM25 in plain JavaScript, with title and text as one field.
const K1 = 1.2;
const B = 0.75;

const count = (items) => {
  const counts = new Map();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
};

/** @param stems gives the stems of a text */
export function bm25Engine({ documents }, stems) {
  const postings = new Map();
  const lengths = new Map();
  for (const { id, title, content } of documents) {
    const words = stems(`${title} ${content}`);
    lengths.set(id, words.length);
    for (const [word, times] of count(words)) {
      if (!postings.has(word)) postings.set(word, []);
      postings.get(word).push({ id, times });
    }
  }
  const mean = [...lengths.values()].reduce((sum, length) => sum + length, 0) / documents.length;

  /** A word counts as often as the query has it. */
  function search(query) {
    const scores = new Map();
    for (const [word, inQuery] of count(stems(query))) {
      const found = postings.get(word) ?? [];
      const rarity = Math.log(1 + (documents.length - found.length + 0.5) / (found.length + 0.5));
      for (const { id, times } of found) {
        const norm = K1 * (1 - B + (B * lengths.get(id)) / mean);
        const score = (inQuery * rarity * times * (K1 + 1)) / (times + norm);
        scores.set(id, (scores.get(id) ?? 0) + score);
      }
    }
    return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([id]) => id);
  }
  return { name: 'bm25', label: 'Reference BM25', search };
}
