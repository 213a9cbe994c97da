import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { type OAuthClient, useDecide, useEndClient } from './client-queries';

/** Lets a program in or keeps it out, which can be taken back, or ends it with all that people allowed it. */
export function ClientActions({ client, onEnded }: { client: OAuthClient; onEnded: () => void }) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const [isEnding, setEnding] = useState(false);
  const decide = useDecide(client.clientId);
  const end = useEndClient(client.clientId);
  const name = client.name ?? client.clientId;
  const set = (state: 'approved' | 'blocked') =>
    decide.mutate(state, {
      onSuccess: () =>
        tell(
          t(`client.${state}`, { name }),
          client.state === 'pending' ? undefined : () => decide.mutate(client.state as typeof state),
        ),
    });
  const run = () =>
    end.mutate(undefined, {
      onSuccess: () => {
        tell(t('client.ended', { name }));
        onEnded();
      },
    });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        {client.state !== 'approved' && (
          <Button disabled={decide.isPending} onClick={() => set('approved')}>
            {t('client.approve')}
          </Button>
        )}
        {client.state !== 'blocked' && (
          <Button kind="danger" disabled={decide.isPending} onClick={() => set('blocked')}>
            {t('client.block')}
          </Button>
        )}
        <Button kind="danger" onClick={() => setEnding(true)}>
          {t('client.end')}
        </Button>
      </div>
      {decide.error && <ProblemState error={decide.error} />}
      {isEnding && (
        <ConfirmByName
          title={t('client.endTitle', { name })}
          verb={t('client.end')}
          name={name}
          isRunning={end.isPending}
          error={end.error}
          onDo={run}
          onClose={() => setEnding(false)}
        >
          <p>{t('client.endText')}</p>
        </ConfirmByName>
      )}
    </div>
  );
}
