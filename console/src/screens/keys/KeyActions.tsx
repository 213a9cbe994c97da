import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { Button } from '../../parts/Button';
import { ConfirmByName } from '../../parts/ConfirmByName';
import { Choice, Field } from '../../parts/Field';
import { ProblemState } from '../../parts/ProblemState';
import { useToasts } from '../../parts/toasts';
import { type IssuedKey, type Key, useChangeKey, useRevokeKey, useRotateKey } from './key-queries';
import { isOver, stateOf } from './key-state';
import { KeyChange } from './KeyChange';

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
      {asked === 'rotate' && <Rotation apiKey={apiKey} onIssued={onIssued} onClose={close} />}
      {asked === 'revoke' && <Revocation apiKey={apiKey} onClose={close} />}
    </div>
  );
}

/** In seconds: nothing, an hour, a day, a week. */
const GRACES = [0, 3_600, 86_400, 604_800] as const;

function Rotation({ apiKey, onIssued, onClose }: ActionProps & { onClose: () => void }) {
  const { t } = useTranslation('keys');
  const [grace, setGrace] = useState<number>(GRACES[2]);
  const rotate = useRotateKey(apiKey.id);
  const run = () =>
    rotate.mutate(grace, {
      onSuccess: (issued) => {
        onIssued(issued);
        onClose();
      },
    });
  return (
    <Ask
      title={t('rotation.title', { name: apiKey.name })}
      verb={t('rotate')}
      isRunning={rotate.isPending}
      error={rotate.error}
      onDo={run}
      onClose={onClose}
    >
      <p>{t('rotation.text')}</p>
      <Field label={t('rotation.grace')}>
        {({ className: _own, ...control }) => (
          <Choice {...control} value={grace} onChange={({ target }) => setGrace(Number(target.value))}>
            {GRACES.map((seconds) => (
              <option key={seconds} value={seconds}>
                {t(`grace.${seconds}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </Ask>
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
