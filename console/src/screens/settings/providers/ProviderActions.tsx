import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../parts/Button';
import { ConfirmByName } from '../../../parts/ConfirmByName';
import { ProblemState } from '../../../parts/ProblemState';
import { StatusWord } from '../../../parts/StatusWord';
import { useToasts } from '../../../parts/toasts';
import { useSettledWords } from '../../../parts/useSettledWords';
import { type Provider, useChangeProvider, useRemoveProvider, useTryProvider } from './provider-queries';
import { Renewal } from './Renewal';

type Asked = 'renewal' | 'removal';

/** Tries a provider, renews what it renews, switches it off and on, and removes it for good. */
export function ProviderActions({ provider, onRemoved }: { provider: Provider; onRemoved: () => void }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const words = useSettledWords();
  const [asked, setAsked] = useState<Asked>();
  const change = useChangeProvider(provider.id);
  const { kind, name, enabled } = provider;
  const set = (wanted: boolean) =>
    change.mutate(
      { enabled: wanted },
      {
        onSuccess: (settled) =>
          wanted
            ? tell(words(t('provider.switchedOn', { name }), settled))
            : tell(words(t('provider.switchedOff', { name }), settled), () =>
                change.mutate({ enabled: true }),
              ),
      },
    );
  return (
    <section className="grid gap-3">
      {enabled && <Trial provider={provider} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setAsked('renewal')}>{t(`renewal.${kind}.do`)}</Button>
        <Button kind={enabled ? 'danger' : 'plain'} disabled={change.isPending} onClick={() => set(!enabled)}>
          {enabled ? t('provider.switchOff') : t('provider.switchOn')}
        </Button>
        <Button kind="danger" onClick={() => setAsked('removal')}>
          {t('provider.remove')}
        </Button>
      </div>
      {change.error && <ProblemState error={change.error} />}
      {asked === 'renewal' && <Renewal provider={provider} onClose={() => setAsked(undefined)} />}
      {asked === 'removal' && (
        <Removal provider={provider} onRemoved={onRemoved} onClose={() => setAsked(undefined)} />
      )}
    </section>
  );
}

/** Asks the provider as a sign-in would, so that a wrong address is found before people meet it. */
function Trial({ provider: { id, kind } }: { provider: Provider }) {
  const { t } = useTranslation('settings');
  const trial = useTryProvider(id);
  return (
    <div className="grid justify-items-start gap-2">
      <Button disabled={trial.isPending} onClick={() => trial.mutate()}>
        {t('trial.do')}
      </Button>
      <p role="status" className="text-soft">
        {trial.data !== undefined && (
          <>
            <StatusWord meaning="good">{t(`trial.${kind}`)}</StatusWord>{' '}
            {t('trial.leadsTo', { host: new URL(trial.data).host })}
          </>
        )}
      </p>
      {trial.error && <ProblemState error={trial.error} />}
    </div>
  );
}

interface RemovalProps {
  provider: Provider;
  onRemoved: () => void;
  onClose: () => void;
}

function Removal({ provider: { id, name }, onRemoved, onClose }: RemovalProps) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const words = useSettledWords();
  const remove = useRemoveProvider(id);
  const run = () =>
    remove.mutate(undefined, {
      onSuccess: (settled) => {
        tell(words(t('provider.removed', { name }), settled));
        onRemoved();
      },
    });
  return (
    <ConfirmByName
      title={t('provider.removeTitle', { name })}
      verb={t('provider.remove')}
      name={name}
      isRunning={remove.isPending}
      error={remove.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('provider.removeText')}</p>
    </ConfirmByName>
  );
}
