import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client';
import { buttonClass } from '../../parts/Button';

/** What the search of the assistant knew: it is asked again, because an answer does not say it. */
const searchedQuery = (query: string) =>
  queryOptions({
    queryKey: ['documents', 'searched', query],
    queryFn: () => dataOf(api.POST('/api/documents/search', { body: { query, limit: 1 } })),
  });

/** Says that no document has an answer, and what was searched for. */
export function NothingFound({ question }: { question: string }) {
  const { t } = useTranslation('assistant');
  const { data } = useQuery(searchedQuery(question));
  return (
    <div className="grid justify-items-start gap-3 rounded-control border border-line p-4">
      <p className="font-medium">{t('nothing.title')}</p>
      <p>{t('nothing.searched', { question })}</p>
      {data && data.unknownWords.length > 0 && (
        <p>{t('nothing.unknown', { words: data.unknownWords.join(', ') })}</p>
      )}
      {data?.didYouMean && (
        <p>
          {t('nothing.didYouMean')}{' '}
          <Link to="/assistant" search={{ q: data.didYouMean }} className="underline">
            {data.didYouMean}
          </Link>
        </p>
      )}
      <Link to="/documents" className={buttonClass()}>
        {t('nothing.library')}
      </Link>
    </div>
  );
}
