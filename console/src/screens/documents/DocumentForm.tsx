import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problem';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import type { Written } from './document-queries';

const MOST = { title: 300, filename: 500, content: 500_000 };

interface FormProps {
  document?: Pick<Written, 'title' | 'content'> & { filename: string | null };
  verb: string;
  isRunning: boolean;
  error: Problem | null;
  onSave: (document: Written) => void;
  children?: ReactNode;
}

/** A document that is written or changed. */
export function DocumentForm({ document, verb, isRunning, error, onSave, children }: FormProps) {
  const { t } = useTranslation('documents');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => form.get(name) as string;
    const filename = text('filename').trim();
    onSave({
      title: text('title').trim(),
      // A form sends line ends of its own.
      content: text('content').replaceAll('\r\n', '\n'),
      filename: filename === '' ? null : filename,
    });
  };
  return (
    <form onSubmit={submit} className="grid max-w-[760px] gap-6">
      <Field label={t('form.title')}>
        {(control) => (
          <input
            {...control}
            name="title"
            required
            maxLength={MOST.title}
            defaultValue={document?.title}
            autoComplete="off"
            autoFocus
          />
        )}
      </Field>
      <Field label={t('form.content')} hint={t('form.contentHint')}>
        {(control) => (
          <textarea
            {...control}
            name="content"
            required
            rows={16}
            maxLength={MOST.content}
            defaultValue={document?.content}
          />
        )}
      </Field>
      <Field label={t('form.filename')} hint={t('form.filenameHint')}>
        {(control) => (
          <input
            {...control}
            name="filename"
            maxLength={MOST.filename}
            defaultValue={document?.filename ?? ''}
            autoComplete="off"
          />
        )}
      </Field>
      {error && <ProblemState error={error} />}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" disabled={isRunning}>
          {verb}
        </Button>
        {children}
      </div>
    </form>
  );
}
