// MiniSearch with a Porter stemmer, as its documentation shows it.
import MiniSearch from 'minisearch';
import { stemmer } from 'stemmer';

const STOP_WORDS = new Set(
  `a an and are as at be but by can do does for from has have how if in into is it its no not of on or such that the
   their then there these they this to was were what when where which who why will with would`.split(/\s+/),
);

export function miniSearchEngine({ documents }) {
  const index = new MiniSearch({
    fields: ['title', 'content'],
    processTerm: (term) => {
      const word = term.toLowerCase();
      return STOP_WORDS.has(word) ? null : stemmer(word);
    },
  });
  index.addAll(documents);
  return {
    name: 'minisearch',
    label: 'MiniSearch, stemmed',
    search: (query) => index.search(query).map(({ id }) => id),
  };
}
