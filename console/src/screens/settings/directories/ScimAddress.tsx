import { useTranslation } from 'react-i18next';
import { CopiedFact } from '../../../parts/CopiedFact';
import { useScimAddress } from './directory-queries';

/** Where a directory sends its requests. Its place is kept until it is known. */
export function ScimAddress() {
  const { t } = useTranslation('settings');
  const address = useScimAddress();
  return (
    <dl className="min-h-11">
      {address !== undefined && <CopiedFact name={t('directory.address')} text={address} />}
    </dl>
  );
}
