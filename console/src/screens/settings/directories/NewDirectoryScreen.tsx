import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { connectsCompanies, useMe } from '../../../api/me';
import { Button, buttonClass } from '../../../parts/Button';
import { CopiedFact } from '../../../parts/CopiedFact';
import { Field } from '../../../parts/Field';
import { textIn } from '../../../parts/form-text';
import { ProblemState } from '../../../parts/ProblemState';
import { ScreenHeader } from '../../../parts/ScreenHeader';
import { DomainsField, domainsIn } from '../DomainsField';
import { NotYours } from '../NotYours';
import { type MadeDirectory, useConnectDirectory } from './directory-queries';
import { ScimAddress } from './ScimAddress';

export function NewDirectoryScreen() {
  return connectsCompanies(useMe()) ? <NewDirectory /> : <NotYours part="directories" />;
}

function NewDirectory() {
  const { t } = useTranslation('settings');
  const connect = useConnectDirectory();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    connect.mutate({ name: textIn(form, 'name'), domains: domainsIn(form) });
  };
  return (
    <>
      <ScreenHeader title={t('directory.connect')} />
      {connect.data ? (
        <Connected directory={connect.data} />
      ) : (
        <form onSubmit={submit} className="grid max-w-[640px] gap-6">
          <Field label={t('directory.name')} hint={t('directory.nameHint')}>
            {(control) => (
              <input {...control} name="name" required maxLength={100} autoComplete="off" autoFocus />
            )}
          </Field>
          <DomainsField />
          {connect.error && <ProblemState error={connect.error} />}
          <div>
            <Button type="submit" kind="primary" disabled={connect.isPending}>
              {t('directory.connect')}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}

/** The secret of a new directory, the only time that it is shown. It lives in this view alone. */
function Connected({ directory: { id, name, bearer } }: { directory: MadeDirectory }) {
  const { t } = useTranslation('settings');
  return (
    <section
      aria-label={t('directory.connected', { name })}
      className="grid max-w-[640px] grid-cols-[minmax(0,1fr)] gap-4 rounded-control border border-good p-4"
    >
      <h2>{t('directory.connected', { name })}</h2>
      <p>{t('directory.once')}</p>
      <ScimAddress />
      <dl data-issued-bearer>
        <CopiedFact name={t('directory.bearer')} text={bearer} />
      </dl>
      <div>
        <Link
          to="/settings/directories/$connectionId"
          params={{ connectionId: id }}
          className={buttonClass()}
        >
          {t('directory.open')}
        </Link>
      </div>
    </section>
  );
}
