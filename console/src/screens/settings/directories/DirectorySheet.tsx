import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditLink } from '../../../parts/AuditLink';
import { Button } from '../../../parts/Button';
import { ConfirmByName } from '../../../parts/ConfirmByName';
import { Fact } from '../../../parts/Fact';
import { ProblemState } from '../../../parts/ProblemState';
import { Sheet } from '../../../parts/Sheet';
import { Time } from '../../../parts/Time';
import { useToasts } from '../../../parts/toasts';
import { useSettledWords } from '../../../parts/useSettledWords';
import { Waiting } from '../../../parts/Waiting';
import { directoriesQuery, type Directory, useEndDirectory } from './directory-queries';

const route = getRouteApi('/settings/directories/$connectionId');

/** Whom may the directory add, when did it last call, and how is its secret revoked? */
export function DirectorySheet() {
  const { t } = useTranslation('settings');
  const { connectionId } = route.useParams();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(directoriesQuery);
  const directory = data?.find(({ id }) => id === connectionId);
  const close = () => void navigate({ to: '/settings/directories' });
  return (
    <Sheet title={directory?.name ?? t('directory.one')} onClose={close}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : directory ? (
        <Details directory={directory} onEnded={close} />
      ) : data ? (
        <p>{t('directory.gone')}</p>
      ) : (
        <Waiting rows={6} />
      )}
    </Sheet>
  );
}

interface DetailsProps {
  directory: Directory;
  onEnded: () => void;
}

function Details({ directory, onEnded }: DetailsProps) {
  const { t } = useTranslation('settings');
  const [isAsked, setAsked] = useState(false);
  const { id, domains, createdAt, lastUsedAt } = directory;
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
        <Fact name={t('domains')}>{domains.join(', ')}</Fact>
        <Fact name={t('directory.used')}>
          <Time at={lastUsedAt} otherwise={t('never')} />
        </Fact>
        <Fact name={t('fact.since')}>
          <Time at={createdAt} />
        </Fact>
      </dl>
      <p className="text-soft">{t('directory.manages')}</p>
      <AuditLink search={{ resource: `scim_connection:${id}` }} />
      <div>
        <Button kind="danger" onClick={() => setAsked(true)}>
          {t('directory.revoke')}
        </Button>
      </div>
      {isAsked && <Revocation directory={directory} onEnded={onEnded} onClose={() => setAsked(false)} />}
    </>
  );
}

function Revocation({ directory: { id, name }, onEnded, onClose }: DetailsProps & { onClose: () => void }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const words = useSettledWords();
  const end = useEndDirectory(id);
  const run = () =>
    end.mutate(undefined, {
      onSuccess: (settled) => {
        tell(words(t('directory.revoked', { name }), settled));
        onEnded();
      },
    });
  return (
    <ConfirmByName
      title={t('directory.revokeTitle', { name })}
      verb={t('directory.revoke')}
      name={name}
      isRunning={end.isPending}
      error={end.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('directory.revokeText')}</p>
    </ConfirmByName>
  );
}
