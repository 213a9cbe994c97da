import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { administrates, may, useMe } from '../../api/me';
import { buttonClass } from '../../parts/Button';
import { MayNot } from '../../parts/MayNot';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { StatusWord } from '../../parts/StatusWord';
import { IssuedKeyView } from '../keys/IssuedKeyView';
import { useCreateKey } from '../keys/key-queries';
import { NewKeyForm } from '../keys/NewKeyForm';
import { FirstCall } from './FirstCall';
import { OrganizationName } from './OrganizationName';

/** What the service calls an organisation that nobody has named. */
const UNNAMED = 'Default';

type StepName = 'name' | 'key' | 'call';

/** What a new service needs before it is of use: a name, a key, and a client that calls. */
export function StartScreen() {
  const { t } = useTranslation('start');
  const me = useMe();
  const [isNamed, setNamed] = useState(!administrates(me) || me.organization.name !== UNNAMED);
  const [isConnected, setConnected] = useState(false);
  const create = useCreateKey();
  const key = create.data;
  if (!may(me, 'keys:write')) return <MayNot title={t('title')} text={t('mayNot')} />;
  return (
    <>
      <ScreenHeader title={t('title')}>
        <Link to="/" className={buttonClass(isConnected ? 'primary' : 'plain')}>
          {isConnected ? t('goOn') : t('skip')}
        </Link>
      </ScreenHeader>
      <ol className="grid max-w-[640px] grid-cols-[minmax(0,1fr)] gap-6">
        <Step name="name" isDone={isNamed} isOpen>
          <OrganizationName onNamed={() => setNamed(true)} />
        </Step>
        <Step name="key" isDone={!!key} isOpen={isNamed}>
          {key ? (
            <IssuedKeyView issued={key} />
          ) : (
            <NewKeyForm isRunning={create.isPending} error={create.error} onCreate={create.mutate} />
          )}
        </Step>
        <Step name="call" isDone={isConnected} isOpen={!!key}>
          {key && <FirstCall keyId={key.id} onCalled={() => setConnected(true)} />}
        </Step>
      </ol>
    </>
  );
}

interface StepProps {
  name: StepName;
  isDone: boolean;
  isOpen: boolean;
  children: ReactNode;
}

function Step({ name, isDone, isOpen, children }: StepProps) {
  const { t } = useTranslation('start');
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-3 rounded-control border border-line p-4">
      <h2 className="flex flex-wrap items-center gap-2">
        {t(`step.${name}`)} {isDone && <StatusWord meaning="good">{t('done')}</StatusWord>}
      </h2>
      <p className="text-soft">{t(`about.${name}`)}</p>
      {isOpen && children}
    </li>
  );
}
