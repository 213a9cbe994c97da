import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { buttonClass } from '../../parts/Button';
import { DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { ProblemState } from '../../parts/ProblemState';
import { SearchField } from '../../parts/SearchField';
import { Waiting } from '../../parts/Waiting';
import { documentColumns, foundColumns } from './document-columns';
import { documentListQuery, searchQuery } from './document-queries';
import { DocumentsHeader } from './DocumentsHeader';
import { UploadButton, Uploads } from './Uploads';

const route = getRouteApi('/documents');

/** What is there, and what may I do with it? */
export function DocumentsScreen() {
  const { t } = useTranslation('documents');
  const me = useMe();
  const { q } = route.useSearch();
  const navigate = useNavigate();
  const search = useCallback(
    (words: string) =>
      void navigate({ to: '/documents', search: words === '' ? {} : { q: words }, replace: true }),
    [navigate],
  );
  const mayWrite = may(me, 'documents:write');
  return (
    <>
      <DocumentsHeader tab="library">
        {mayWrite && <UploadButton />}
        {mayWrite && (
          <Link to="/documents/new" className={buttonClass('primary')}>
            <Icon name="add" /> {t('write')}
          </Link>
        )}
      </DocumentsHeader>
      <SearchField label={t('search')} words={q ?? ''} maxLength={1_000} onSearch={search} />
      {mayWrite && <Uploads />}
      {q === undefined ? <AllDocuments /> : <FoundDocuments query={q} />}
      <Outlet />
    </>
  );
}

function AllDocuments() {
  const { t } = useTranslation('documents');
  const list = useInfiniteQuery(documentListQuery);
  const rows = list.data?.pages.flatMap(({ documents }) => documents) ?? [];
  if (list.error) return <ProblemState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Waiting rows={8} />;
  if (rows.length === 0) return <EmptyState text={t('none')} />;
  return (
    <DataTable
      label={t('title')}
      columns={documentColumns(t)}
      rows={rows}
      idOf={({ id }) => id}
      hasMore={list.hasNextPage}
      isReadingMore={list.isFetchingNextPage}
      onMore={() => void list.fetchNextPage()}
    />
  );
}

function FoundDocuments({ query }: { query: string }) {
  const { t } = useTranslation('documents');
  const { data, error, refetch } = useQuery(searchQuery(query));
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting rows={8} />;
  const { results, unknownWords, didYouMean, partial } = data;
  const hint = didYouMean && (
    <p>
      {t('didYouMean')}{' '}
      <Link to="/documents" search={{ q: didYouMean }} className="underline">
        {didYouMean}
      </Link>
    </p>
  );
  if (results.length === 0)
    return (
      <EmptyState
        text={t(unknownWords.length > 0 ? 'noneUnknown' : 'noneFound', {
          query,
          words: unknownWords.join(', '),
        })}
      >
        {hint}
      </EmptyState>
    );
  return (
    <>
      {hint}
      {partial && <p className="text-attention">{t('partial')}</p>}
      <DataTable
        label={t('found', { query })}
        columns={foundColumns(t)}
        rows={results}
        idOf={({ id }) => id}
        hasMore={false}
        isReadingMore={false}
        onMore={() => undefined}
      />
    </>
  );
}
