import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { type IssuedKey, type Key, useChangeKey, useRevokeKey, useRotateKey } from './key-queries';
import { isOver, stateOf } from './key-state';
import { KeyChange } from './KeyChange';
import { Rotation } from './Rotation';

interface ActionProps {
  apiKey: Key;
  onIssued: (issued: IssuedKey) => void;
}

/** How a key is changed, replaced, stopped for a while, or ended. */
export function KeyActions({ apiKey, onIssued }: ActionProps) {
  const { t } = useTranslation('keys');
  const tell = useToasts();
  const [asked, setAsked] = useState<'change' | 'rotate' | 'revoke'>();
  const change = useChangeKey(apiKey.id);
  const rotate = useRotateKey(apiKey.id);
  if (isOver(stateOf(apiKey))) return null;
  const close = () => setAsked(undefined);
  const set = (enabled: boolean) =>
    change.mutate(
      { enabled },
      {
        onSuccess: () =>
          enabled ? tell(t('enabled')) : tell(t('disabled'), () => change.mutate({ enabled: true })),
      },
    );
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setAsked('change')}>{t('change.do')}</Button>
        <Button onClick={() => setAsked('rotate')}>{t('rotate')}</Button>
        <Button onClick={() => set(!apiKey.enabled)} disabled={change.isPending}>
          {apiKey.enabled ? t('disable') : t('enable')}
        </Button>
        <Button kind="danger" onClick={() => setAsked('revoke')}>
          {t('revoke')}
        </Button>
      </div>
      {change.error && <ProblemState error={change.error} />}
      {asked === 'change' && <KeyChange apiKey={apiKey} onUndo={change.mutate} onClose={close} />}
      {asked === 'rotate' && (
        <Rotation name={apiKey.name} rotate={rotate} onIssued={onIssued} onClose={close} />
      )}
      {asked === 'revoke' && <Revocation apiKey={apiKey} onClose={close} />}
    </div>
  );
}

function Revocation({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const { t } = useTranslation('keys');
  const tell = useToasts();
  const revoke = useRevokeKey(apiKey.id);
  const run = () =>
    revoke.mutate(undefined, {
      onSuccess: (settled) => {
        tell(settled ? t('revokedBy', { count: settled.replicas, ms: settled.waitedMs }) : t('revoked'));
        onClose();
      },
    });
  return (
    <ConfirmByName
      title={t('revocation.title', { name: apiKey.name })}
      verb={t('revoke')}
      name={apiKey.name}
      isRunning={revoke.isPending}
      error={revoke.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('revocation.text')}</p>
    </ConfirmByName>
  );
}
