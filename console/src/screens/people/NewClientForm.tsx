import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problem';
import { Button } from '../../parts/Button';
import { Choice, Field } from '../../parts/Field';
import { textIn } from '../../parts/form-text';
import { ProblemState } from '../../parts/ProblemState';
import type { NewClient } from './client-queries';

const WAYS = ['document', 'made'] as const;
type Way = (typeof WAYS)[number];
const METHODS = ['none', 'client_secret_basic'] as const;

interface FormProps {
  isRunning: boolean;
  error: Problem | null;
  onCreate: (client: NewClient) => void;
}

/** A program is known by the document that it publishes, or by what is written here. */
export function NewClientForm({ isRunning, error, onCreate }: FormProps) {
  const { t } = useTranslation('people');
  const [way, setWay] = useState<Way>('document');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onCreate(newClientOf(new FormData(event.currentTarget), way));
  };
  return (
    <form onSubmit={submit} className="grid max-w-[640px] gap-6">
      <Field label={t('client.origin')} hint={t(`clientWayHint.${way}`)}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={way} onChange={({ target }) => setWay(target.value as Way)}>
            {WAYS.map((one) => (
              <option key={one} value={one}>
                {t(`clientWay.${one}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      {way === 'document' ? <DocumentField /> : <MadeFields />}
      {error && <ProblemState error={error} />}
      <div>
        <Button type="submit" kind="primary" disabled={isRunning}>
          {way === 'document' ? t('client.approve') : t('client.make')}
        </Button>
      </div>
    </form>
  );
}

function DocumentField() {
  const { t } = useTranslation('people');
  return (
    <Field label={t('client.document')} hint={t('client.documentHint')}>
      {(control) => (
        <input
          {...control}
          name="clientId"
          type="url"
          required
          maxLength={500}
          autoComplete="off"
          placeholder="https://client.example.com/oauth/metadata.json"
        />
      )}
    </Field>
  );
}

function MadeFields() {
  const { t } = useTranslation('people');
  return (
    <>
      <Field label={t('column.name')} hint={t('client.nameHint')}>
        {(control) => <input {...control} name="name" required maxLength={100} autoComplete="off" />}
      </Field>
      <Field label={t('client.redirects')} hint={t('client.redirectsHint')}>
        {(control) => (
          <textarea
            {...control}
            name="redirectUris"
            required
            rows={3}
            placeholder="https://client.example.com/callback"
          />
        )}
      </Field>
      <Field label={t('client.method')} hint={t('client.methodHint')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} name="method" defaultValue={METHODS[0]}>
            {METHODS.map((one) => (
              <option key={one} value={one}>
                {t(`clientMethod.${one}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </>
  );
}

const newClientOf = (form: FormData, way: Way): NewClient =>
  way === 'document'
    ? { clientId: textIn(form, 'clientId') }
    : {
        name: textIn(form, 'name'),
        redirectUris: textIn(form, 'redirectUris').split(/\s+/),
        tokenEndpointAuthMethod: textIn(form, 'method') as (typeof METHODS)[number],
      };
