import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../parts/Button';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { IssuedKeyView } from '../keys/IssuedKeyView';
import { useCreateAgent } from './agent-queries';
import { NewAgentForm } from './NewAgentForm';

/** Makes an agent with its first key, and shows the key once. */
export function NewAgentScreen() {
  const { t } = useTranslation('agents');
  const create = useCreateAgent();
  if (!create.data)
    return (
      <>
        <ScreenHeader title={t('create')} />
        <NewAgentForm isRunning={create.isPending} error={create.error} onCreate={create.mutate} />
      </>
    );
  const { id, name, key } = create.data;
  return (
    <>
      <ScreenHeader title={name ?? t('one')}>
        <Link to="/agents/$agentId" params={{ agentId: id }} className={buttonClass()}>
          {t('open')}
        </Link>
      </ScreenHeader>
      <div className="max-w-[640px]">{key && <IssuedKeyView issued={key} />}</div>
    </>
  );
}
