import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Document, documentQuery } from '../../api/documents';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { Fact } from '../../parts/Fact';
import { MarkedText } from '../../parts/MarkedText';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';
import { useToasts } from '../../parts/toasts';
import { Waiting } from '../../parts/Waiting';
import { Deletion } from './Deletion';
import { isOwner, useChangeDocument } from './document-queries';
import { DocumentForm } from './DocumentForm';
import { Shares } from './Shares';

const route = getRouteApi('/documents/$documentId');

/** What does it say, who reads it, and how do I change that? */
export function DocumentSheet() {
  const { t } = useTranslation('documents');
  const { documentId } = route.useParams();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(documentQuery(documentId));
  const close = () => void navigate({ to: '/documents', search: true });
  return (
    <Sheet title={data?.title ?? t('one')} onClose={close}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : data ? (
        <Details document={data} onDeleted={close} />
      ) : (
        <Waiting rows={8} />
      )}
    </Sheet>
  );
}

function Details({ document, onDeleted }: { document: Document; onDeleted: () => void }) {
  const { t } = useTranslation('documents');
  const me = useMe();
  const [open, setOpen] = useState<'change' | 'delete'>();
  const mayChange = may(me, 'documents:write') && document.access !== 'reader';
  const mayDelete = may(me, 'documents:delete') && isOwner(document);
  const close = () => setOpen(undefined);
  if (open === 'change') return <Change document={document} onClose={close} />;
  return (
    <>
      <Facts document={document} />
      {(mayChange || mayDelete) && (
        <div className="flex gap-2">
          {mayChange && <Button onClick={() => setOpen('change')}>{t('change')}</Button>}
          {mayDelete && (
            <Button kind="danger" onClick={() => setOpen('delete')}>
              {t('delete')}
            </Button>
          )}
        </div>
      )}
      {isOwner(document) && <Shares id={document.id} />}
      <section className="grid grid-cols-[minmax(0,1fr)] gap-2">
        <h2>{t('text')}</h2>
        <MarkedText text={document.content} />
      </section>
      {open === 'delete' && <Deletion document={document} onClose={close} onDeleted={onDeleted} />}
    </>
  );
}

function Facts({ document: { id, filename, access, createdAt, updatedAt } }: { document: Document }) {
  const { t } = useTranslation('documents');
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('column.access')}>{t(`access.${access ?? 'own'}`)}</Fact>
      {filename !== null && <Fact name={t('column.filename')}>{filename}</Fact>}
      <Fact name={t('fact.created')}>
        <Time at={createdAt} />
      </Fact>
      <Fact name={t('column.updated')}>
        <Time at={updatedAt} />
      </Fact>
      <Fact name={t('fact.id')}>
        <ShortId id={id} />
      </Fact>
    </dl>
  );
}

function Change({ document, onClose }: { document: Document; onClose: () => void }) {
  const { t } = useTranslation('documents');
  const tell = useToasts();
  const change = useChangeDocument(document.id);
  const { title, content, filename } = document;
  const save = (written: typeof change.variables) =>
    change.mutate(written!, {
      onSuccess: () => {
        tell(t('changed'), () => change.mutate({ title, content, filename }));
        onClose();
      },
    });
  return (
    <DocumentForm
      document={document}
      verb={t('save')}
      isRunning={change.isPending}
      error={change.error}
      onSave={save}
    >
      <Button onClick={onClose}>{t('leave')}</Button>
    </DocumentForm>
  );
}
