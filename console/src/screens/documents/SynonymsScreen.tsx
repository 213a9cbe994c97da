import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/me';
import { EmptyState } from '../../parts/EmptyState';
import { ProblemState } from '../../parts/ProblemState';
import { Waiting } from '../../parts/Waiting';
import { DocumentsHeader } from './DocumentsHeader';
import { lineOf, mayChangeSynonyms, type SynonymGroups, synonymsQuery } from './synonym-queries';
import { SynonymsForm } from './SynonymsForm';

/** Which other words does a search find? */
export function SynonymsScreen() {
  const { t } = useTranslation('documents');
  const { data, error, refetch } = useQuery(synonymsQuery);
  return (
    <>
      <DocumentsHeader tab="synonyms" />
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={8} />
      ) : (
        <>
          <Kept groups={data.groups} />
          <details>
            <summary className="text-soft">{t('synonyms.builtIn', { sum: data.builtIn.length })}</summary>
            <GroupList groups={data.builtIn} />
          </details>
        </>
      )}
    </>
  );
}

/** Those that administrators keep. */
function Kept({ groups }: { groups: SynonymGroups }) {
  const { t } = useTranslation('documents');
  if (mayChangeSynonyms(useMe())) return <SynonymsForm groups={groups} />;
  return (
    <section className="grid gap-2">
      {groups.length === 0 ? <EmptyState text={t('synonyms.none')} /> : <p>{t('synonyms.about')}</p>}
      <GroupList groups={groups} />
      <p className="text-soft">{t('synonyms.whoMay')}</p>
    </section>
  );
}

function GroupList({ groups }: { groups: SynonymGroups }) {
  return (
    <ul className="mt-2 grid gap-1">
      {groups.map((words) => (
        <li key={lineOf(words)}>{lineOf(words)}</li>
      ))}
    </ul>
  );
}
