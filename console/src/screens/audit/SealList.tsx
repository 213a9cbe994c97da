import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { Button } from '../../parts/Button';
import { ShortId } from '../../parts/ShortId';
import { Time } from '../../parts/Time';

interface SealListProps {
  seals: Schema<'AuditSealList'>['seals'];
  hasMore: boolean;
  isReadingMore: boolean;
  onMore: () => void;
}

export function SealList({ seals, hasMore, isReadingMore, onMore }: SealListProps) {
  const { t } = useTranslation('audit');
  if (seals.length === 0) return <p>{t('seal.none')}</p>;
  return (
    <>
      <table className="w-full table-fixed" aria-label={t('seal.list')}>
        <thead>
          <tr className="text-left text-soft">
            <th className="font-medium">{t('seal.sealedAt')}</th>
            <th className="w-16 text-right font-medium">{t('seal.rows')}</th>
            <th className="w-24 pl-4 font-medium max-sm:hidden">{t('seal.number')}</th>
            <th className="w-44 pl-4 font-medium">{t('seal.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {seals.map(({ nodeId, number, sealedAt, rows, hashStart }) => (
            <tr key={`${nodeId} ${number}`} className="border-t border-line">
              <td className="py-1">
                <Time at={sealedAt} />
              </td>
              <td className="text-right">{rows}</td>
              <td className="pl-4 max-sm:hidden">{number}</td>
              <td className="pl-4">
                <ShortId id={hashStart} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore && (
        <div>
          <Button disabled={isReadingMore} onClick={onMore}>
            {t('seal.more')}
          </Button>
        </div>
      )}
    </>
  );
}
