import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { documentQuery } from '../../api/documents';
import { buttonClass } from '../../parts/Button';
import { MarkedText } from '../../parts/MarkedText';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { Waiting } from '../../parts/Waiting';

const route = getRouteApi('/assistant/documents/$documentId');

/** The document that an answer cites, at the passage. */
export function PassageSheet() {
  const { t } = useTranslation('assistant');
  const { documentId } = route.useParams();
  const { q, start, end } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(documentQuery(documentId));
  return (
    <Sheet
      title={data?.title ?? t('document')}
      onClose={() => void navigate({ to: '/assistant', search: q === undefined ? {} : { q } })}
    >
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={6} />
      ) : (
        <>
          <MarkedText text={data.content} start={start} end={end} />
          <div>
            <Link to="/documents/$documentId" params={{ documentId }} className={buttonClass()}>
              {t('openInLibrary')}
            </Link>
          </div>
        </>
      )}
    </Sheet>
  );
}
