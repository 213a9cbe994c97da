import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { MayNot } from '../../parts/MayNot';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { useToasts } from '../../parts/toasts';
import { type NewClient, useCreateClient } from './client-queries';
import { MadeClientView } from './MadeClientView';
import { NewClientForm } from './NewClientForm';

export function NewClientScreen() {
  const { t } = useTranslation('people');
  if (!may(useMe(), 'clients:write')) return <MayNot title={t('client.add')} text={t('client.mayNot')} />;
  return <NewProgram />;
}

/** Approves a program ahead, or makes one and shows its secret once. */
function NewProgram() {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const navigate = useNavigate();
  const create = useCreateClient();
  const run = (client: NewClient) =>
    create.mutate(client, {
      onSuccess: ({ clientId }) => {
        tell(t('client.approved', { name: client.name ?? clientId }));
        // The program has its document already, so there is nothing to give to it.
        if (client.clientId !== undefined)
          void navigate({ to: '/people/clients/$clientId', params: { clientId } });
      },
    });
  const isMade = create.data !== undefined && create.variables.clientId === undefined;
  return (
    <>
      <ScreenHeader title={t('client.add')} />
      {isMade ? (
        <MadeClientView client={create.data} />
      ) : (
        <NewClientForm isRunning={create.isPending} error={create.error} onCreate={run} />
      )}
    </>
  );
}
