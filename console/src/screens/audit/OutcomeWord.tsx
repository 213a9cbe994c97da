import { useTranslation } from 'react-i18next';
import { StatusWord } from '../../parts/StatusWord';
import type { AuditRow } from './audit-queries';
import { OUTCOME_MEANINGS } from './audit-words';

export function OutcomeWord({ outcome }: Pick<AuditRow, 'outcome'>) {
  const { t } = useTranslation('audit');
  return <StatusWord meaning={OUTCOME_MEANINGS[outcome]}>{t(`outcome.${outcome}`)}</StatusWord>;
}
