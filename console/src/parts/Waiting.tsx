import { useTranslation } from 'react-i18next';
import { useLater } from './useLater';

/** Holds the place of what is being read. It is seen only where that takes a while. */
export function Waiting({ rows = 3 }: { rows?: number }) {
  const { t } = useTranslation('parts');
  const isLater = useLater();
  return (
    <div role="status" aria-label={t('waiting')} className="grid gap-2">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={`h-8 rounded ${isLater ? 'bg-hover' : ''}`} />
      ))}
    </div>
  );
}
