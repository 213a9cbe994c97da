import { Link } from '@tanstack/react-router';
import { type ChangeEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { classes } from '../../parts/classes';
import { useStore } from '../../parts/store';
import { StatusWord } from '../../parts/StatusWord';
import { clearUploads, stopUploads, type Upload, upload, uploads } from './uploads-store';

/** As `accept` of a field for files has it. */
const FORMATS = '.md,.markdown,.mdx,.txt,.text,.html,.htm,.xhtml,.pdf,.docx';

export function UploadButton() {
  const { t } = useTranslation('documents');
  const field = useRef<HTMLInputElement>(null);
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    upload([...(target.files ?? [])]);
    target.value = '';
  };
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        accept={FORMATS}
        aria-label={t('upload.files')}
        onChange={take}
      />
      <Button onClick={() => field.current?.click()}>{t('upload.do')}</Button>
    </>
  );
}

/** The place to drop files, and what became of each. */
export function Uploads() {
  const { t } = useTranslation('documents');
  const list = useStore(uploads);
  const [isOver, setOver] = useState(false);
  const done = list.filter(({ state }) => state === 'done').length;
  const failed = list.filter(({ state }) => state === 'failed').length;
  const isRunning = list.some(({ state }) => state === 'waiting' || state === 'sending');
  return (
    <section
      aria-label={t('upload.title')}
      className={classes(
        'grid gap-2 rounded-control border border-dashed p-3 max-sm:hidden',
        isOver ? 'border-accent bg-info-back' : 'border-line-strong',
        list.length > 0 && 'max-sm:grid',
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        upload([...event.dataTransfer.files]);
      }}
    >
      <p className="flex min-h-9 items-center justify-between gap-2">
        <span role="status" className={list.length === 0 ? 'text-soft' : ''}>
          {list.length === 0 ? t('upload.drop') : t('upload.sum', { done, count: list.length, failed })}
        </span>
        {list.length > 0 && (
          <Button onClick={isRunning ? stopUploads : clearUploads}>
            {isRunning ? t('upload.stop') : t('upload.clear')}
          </Button>
        )}
      </p>
      {list.length > 0 && (
        <ul className="grid max-h-80 gap-1 overflow-y-auto">
          {list.map((one) => (
            <UploadRow key={one.id} upload={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

function UploadRow({ upload: { file, state, sent, problem, documentId } }: { upload: Upload }) {
  const { t } = useTranslation('documents');
  return (
    <li className="flex min-h-8 flex-wrap items-center gap-x-3">
      <span className="min-w-0 flex-1 truncate" title={file.name}>
        {documentId === undefined ? (
          file.name
        ) : (
          <Link to="/documents/$documentId" params={{ documentId }} search={true} className="underline">
            {file.name}
          </Link>
        )}
      </span>
      {state === 'sending' && (
        <progress aria-label={t('upload.progress', { name: file.name })} max={file.size || 1} value={sent} />
      )}
      <StatusWord meaning={MEANINGS[state]}>
        {state === 'sending' && sent >= file.size ? t('upload.reading') : t(`upload.state.${state}`)}
      </StatusWord>
      {problem && (
        <span className="w-full text-danger">
          {[problem.message, ...problem.lines].join(' ')} <code className="font-mono">{problem.code}</code>
        </span>
      )}
    </li>
  );
}

const MEANINGS = {
  waiting: 'none',
  sending: 'info',
  done: 'good',
  failed: 'danger',
  stopped: 'attention',
} as const;
