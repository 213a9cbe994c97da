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
  width: 176,
  importance: 2,
  cell: ({ access }) => t(`access.${access ?? 'own'}`),
});

export const documentColumns = (t: Texts): Column<DocumentRow>[] => [
  titleColumn(t),
  {
    id: 'filename',
    header: t('column.filename'),
    importance: 1,
    cell: ({ filename }) => <span title={filename ?? undefined}>{filename}</span>,
  },
  accessColumn(t),
  {
    id: 'updated',
    header: t('column.updated'),
    width: 144,
    importance: 3,
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
];

export const foundColumns = (t: Texts): Column<Found>[] => [
  { ...titleColumn(t), width: 240, narrow: 160 },
  {
    id: 'excerpt',
    header: t('column.excerpt'),
    cell: ({ excerpt }) => <Excerpt text={excerpt} />,
  },
  accessColumn(t),
];
