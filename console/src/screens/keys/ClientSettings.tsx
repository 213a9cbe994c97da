import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schema } from '../../api/client';
import { inWords } from '../../language/said';
import { Copied } from '../../parts/Copied';
import { Choice, Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';

type Config = Schema<'ClientConfig'>;
type ClientId = NonNullable<Parameters<typeof configQuery>[0]>;

const clientsQuery = queryOptions({
  queryKey: ['clients'],
  queryFn: async () => {
    const answer = await dataOf(api.GET('/api/mcp/client-config'));
    return 'clients' in answer ? answer.clients : [];
  },
  staleTime: Infinity,
});

const configQuery = (client: 'claude-code' | 'codex' | 'cursor') =>
  queryOptions({
    queryKey: ['clients', client],
    queryFn: async () =>
      (await dataOf(api.GET('/api/mcp/client-config', { params: { query: { client } } }))) as Config,
    staleTime: Infinity,
  });

/** What to run or to write so that a client uses the key. */
export function ClientSettings() {
  const { t } = useTranslation('keys');
  const [client, setClient] = useState<ClientId>('claude-code');
  const clients = useQuery(clientsQuery).data ?? [];
  const { data, error } = useQuery(configQuery(client));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Field label={t('client.pick')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={client} onChange={({ target }) => setClient(target.value as ClientId)}>
            {clients.map(({ client: id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      {error && <ProblemState error={error} />}
      {data && <Settings config={data} />}
    </div>
  );
}

function Settings({ config: { steps, commands, files, notes, keyVariable, keySource } }: { config: Config }) {
  const { t } = useTranslation('keys');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="text-soft">{t(`keySource.${keySource}`, { variable: keyVariable })}</p>
      <ol className="list-decimal pl-5">
        {steps.map((step) => (
          <li key={step}>
            <Words text={inWords(step)} />
          </li>
        ))}
      </ol>
      {commands.map(({ purpose, command }) => (
        <Snippet key={command} title={inWords(purpose)} text={command} />
      ))}
      {files.map(({ locations, content }) => (
        <Snippet key={content} title={locations.map(({ path }) => path).join(', ')} text={content} />
      ))}
      {notes.map((note) => (
        <p key={note} className="text-soft">
          <Words text={inWords(note)} />
        </p>
      ))}
    </div>
  );
}

/** A text of the service, in which code stands between backticks. */
function Words({ text }: { text: string }) {
  return text.split('`').map((part, place) =>
    place % 2 === 1 ? (
      <code key={place} className="font-mono">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

function Snippet({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation('parts');
  return (
    <figure className="rounded-control border border-line">
      <figcaption className="flex items-center justify-between gap-2 border-b border-line px-3 py-1">
        <span className="min-w-0 truncate">{title}</span>
        <Copied text={text} label={t('copy')} />
      </figcaption>
      <pre tabIndex={0} className="overflow-x-auto p-3 font-mono">
        {text}
      </pre>
    </figure>
  );
}
