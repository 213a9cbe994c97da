import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { Column } from '../../parts/DataTable';
import { Excerpt } from '../../parts/Excerpt';
import { Time } from '../../parts/Time';
import type { DocumentRow, Found } from './document-queries';

type Texts = TFunction<'documents'>;
type Row = Pick<DocumentRow, 'id' | 'title' | 'access'>;

const titleColumn = (t: Texts): Column<Row> => ({
  id: 'title',
  header: t('column.title'),
  cell: ({ id, title }) => (
    <Link
      to="/documents/$documentId"
      params={{ documentId: id }}
      search={true}
      className="font-medium hover:underline"
    >
      {title}
    </Link>
  ),
});

const accessColumn = (t: Texts): Column<Row> => ({
  id: 'access',
  header: t('column.access'),
  className: 'w-44 max-md:hidden',
  cell: ({ access }) => t(`access.${access ?? 'own'}`),
});

export const documentColumns = (t: Texts): Column<DocumentRow>[] => [
  titleColumn(t),
  {
    id: 'filename',
    header: t('column.filename'),
    className: 'max-md:hidden',
    cell: ({ filename }) => <span title={filename ?? undefined}>{filename}</span>,
  },
  accessColumn(t),
  {
    id: 'updated',
    header: t('column.updated'),
    className: 'w-36 max-sm:hidden',
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
];

export const foundColumns = (t: Texts): Column<Found>[] => [
  { ...titleColumn(t), className: 'w-1/3' },
  {
    id: 'excerpt',
    header: t('column.excerpt'),
    cell: ({ excerpt }) => <Excerpt text={excerpt} />,
  },
  accessColumn(t),
];
