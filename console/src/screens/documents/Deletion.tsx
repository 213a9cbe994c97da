import { useTranslation } from 'react-i18next';
import type { Document } from '../../api/documents';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { useToasts } from '../../parts/toasts';
import { useDeleteDocument } from './document-queries';

interface DeletionProps {
  document: Document;
  onClose: () => void;
  onDeleted: () => void;
}

/** Nothing brings a deleted document back, so its title is asked for. */
export function Deletion({ document: { id, title }, onClose, onDeleted }: DeletionProps) {
  const { t } = useTranslation('documents');
  const tell = useToasts();
  const remove = useDeleteDocument(id);
  return (
    <ConfirmByName
      title={t('deletion.title', { title })}
      verb={t('delete')}
      name={title}
      isRunning={remove.isPending}
      error={remove.error}
      onDo={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            tell(t('deleted', { title }));
            onDeleted();
          },
        })
      }
      onClose={onClose}
    >
      <p>{t('deletion.text')}</p>
    </ConfirmByName>
  );
}
