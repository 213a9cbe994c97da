import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { CountField } from '../../parts/CountField';
import { differences } from '../../parts/differences';
import { NameField } from '../../parts/NameField';
import { useToasts } from '../../parts/toasts';
import { teamLimitWords } from './team-limit';
import { type Team, type TeamChanges, useChangeTeam } from './team-queries';

interface ChangeProps {
  team: Team;
  onUndo: (before: TeamChanges) => void;
  onClose: () => void;
}

/** Renames a team, and limits the calls of its keys and agents. */
export function ChangeTeam({ team, onUndo, onClose }: ChangeProps) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const [typed, setTyped] = useState(team.name);
  const [requestsPerMinute, setLimit] = useState(team.requestsPerMinute);
  const change = useChangeTeam(team.id);
  const name = typed.trim();
  const { before, after } = differences(team, { name, requestsPerMinute });
  const run = () =>
    change.mutate(after, {
      onSuccess: () => {
        const limit = teamLimitWords(t, requestsPerMinute);
        tell(t('team.changed', { name, limit }), () => onUndo(before));
        onClose();
      },
    });
  return (
    <Ask
      title={t('team.changeTitle', { name: team.name })}
      verb={t('team.change')}
      isReady={name !== '' && Object.keys(after).length > 0}
      isRunning={change.isPending}
      error={change.error}
      onDo={run}
      onClose={onClose}
    >
      <NameField label={t('column.name')} hint={t('team.renameHint')} name={typed} onChange={setTyped} />
      <CountField
        label={t('team.limit')}
        hint={t('team.limitHint')}
        most={1_000_000}
        count={requestsPerMinute}
        onChange={setLimit}
      />
    </Ask>
  );
}
