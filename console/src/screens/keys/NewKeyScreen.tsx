import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../parts/Button';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { IssuedKeyView } from './IssuedKeyView';
import { useCreateKey } from './key-queries';
import { NewKeyForm } from './NewKeyForm';

/** Makes a key, and shows it once. */
export function NewKeyScreen() {
  const { t } = useTranslation('keys');
  const create = useCreateKey();
  if (!create.data)
    return (
      <>
        <ScreenHeader title={t('create')} />
        <NewKeyForm isRunning={create.isPending} error={create.error} onCreate={create.mutate} />
      </>
    );
  return (
    <>
      <ScreenHeader title={create.data.name}>
        <Link to="/keys/$keyId" params={{ keyId: create.data.id }} className={buttonClass()}>
          {t('issued.open')}
        </Link>
      </ScreenHeader>
      <div className="max-w-[640px]">
        <IssuedKeyView issued={create.data} />
      </div>
    </>
  );
}
