import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { Waiting } from '../../parts/Waiting';
import { auditRowQuery } from './audit-queries';
import { askedOf } from './audit-words';
import { RowFacts } from './RowFacts';
import { RowLinks } from './RowLinks';
import { RowStory } from './RowStory';

const route = getRouteApi('/audit/$rowId');

/** One row, told as a story: who, through what, asked what, and was answered what. */
export function RowSheet() {
  const { t } = useTranslation('audit');
  const { rowId } = route.useParams();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(auditRowQuery(rowId));
  return (
    <Sheet
      title={data ? askedOf(data.event) : t('row')}
      onClose={() => void navigate({ to: '/audit', search: true })}
    >
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={8} />
      ) : (
        <>
          <RowStory details={data} />
          <RowFacts details={data} />
          <RowLinks event={data.event} />
        </>
      )}
    </Sheet>
  );
}
