import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';
import { administrates, type Me, may, runsService } from '../../api/me';
import { queryClient } from '../../api/query-client';
import { useChange } from '../../api/useChange';

/** Lists of words that mean the same. */
export type SynonymGroups = Schema<'Synonyms'>['groups'];

export const synonymsQuery = queryOptions({
  queryKey: ['documents', 'synonyms'],
  queryFn: () => dataOf(api.GET('/api/documents/synonyms')),
});

export const useReplaceSynonyms = () =>
  useChange(['documents'], async (groups: SynonymGroups) => {
    const synonyms = await dataOf(api.PUT('/api/documents/synonyms', { body: { groups } }));
    // What was there before is not seen again until it is read anew.
    queryClient.setQueryData(synonymsQuery.queryKey, synonyms);
  });

/** Returns whether somebody changes the synonyms, which all organisations share. */
export const mayChangeSynonyms = (me: Me): boolean =>
  may(me, 'documents:manage') && administrates(me) && (runsService(me) || me.user.isOperator);

/** A comma within a number separates nothing: 480,000. */
const COMMA = /(?<!\d),|,(?!\d)/;

export const lineOf = (words: readonly string[]): string => words.join(', ');

export const wordsIn = (line: string): string[] =>
  line
    .split(COMMA)
    .map((word) => word.trim())
    .filter(Boolean);
