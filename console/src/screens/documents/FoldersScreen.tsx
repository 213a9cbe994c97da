import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { EmptyState } from '../../parts/EmptyState';
import { ProblemState } from '../../parts/ProblemState';
import { Waiting } from '../../parts/Waiting';
import { DocumentsHeader } from './DocumentsHeader';
import { FolderShares } from './FolderShares';
import { folderSharesQuery } from './folder-queries';
import { NewFolderShare } from './NewFolderShare';

/** Which teams find what is imported for me? */
export function FoldersScreen() {
  const { t } = useTranslation('documents');
  const me = useMe();
  const { data: shares, error, refetch } = useQuery(folderSharesQuery);
  return (
    <>
      <DocumentsHeader tab="folders" />
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !shares ? (
        <Waiting rows={4} />
      ) : (
        <>
          {shares.length === 0 ? <EmptyState text={t('folder.none')} /> : <FolderShares shares={shares} />}
          {may(me, 'documents:share') && may(me, 'teams:read') && <NewFolderShare shares={shares} />}
        </>
      )}
    </>
  );
}
