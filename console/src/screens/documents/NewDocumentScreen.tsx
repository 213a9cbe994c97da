import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { useToasts } from '../../parts/toasts';
import { useCreateDocument } from './document-queries';
import { DocumentForm } from './DocumentForm';

export function NewDocumentScreen() {
  const { t } = useTranslation('documents');
  const tell = useToasts();
  const navigate = useNavigate();
  const create = useCreateDocument();
  return (
    <>
      <ScreenHeader title={t('write')} />
      <DocumentForm
        verb={t('save')}
        isRunning={create.isPending}
        error={create.error}
        onSave={(document) =>
          create.mutate(document, {
            onSuccess: ({ id }) => {
              tell(t('saved'));
              void navigate({ to: '/documents/$documentId', params: { documentId: id } });
            },
          })
        }
      />
    </>
  );
}
