import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { serviceAddressQuery } from '../../../api/service-address';
import { CopiedFact } from '../../../parts/CopiedFact';
import { Fact } from '../../../parts/Fact';
import { ProblemState } from '../../../parts/ProblemState';
import { Waiting } from '../../../parts/Waiting';
import { SettingsHeader } from '../SettingsHeader';
import { ReadinessFacts } from './ReadinessFacts';
import { readinessQuery, versionQuery } from './service-queries';

/** Which release answers here, under which address, and are its parts well? */
export function ServiceScreen() {
  const { t } = useTranslation('settings');
  const version = useQuery(versionQuery);
  const address = useQuery(serviceAddressQuery);
  const readiness = useQuery(readinessQuery);
  const failed = [version, address, readiness].find(({ error }) => error !== null);
  return (
    <>
      <SettingsHeader part="service" />
      {readiness.data && version.data !== undefined && address.data !== undefined ? (
        <>
          <dl className="grid max-w-[640px] grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
            <Fact name={t('service.version')}>{version.data}</Fact>
            <CopiedFact name={t('service.address')} text={address.data} />
            <CopiedFact name={t('service.mcp')} text={`${address.data}/mcp`} />
            <Fact name={t('service.interface')}>
              <a href="/docs" className="text-accent underline">
                {t('service.rest')}
              </a>
            </Fact>
          </dl>
          <ReadinessFacts readiness={readiness.data} />
          <p className="max-w-[640px] text-soft">{t('service.environment')}</p>
        </>
      ) : failed ? (
        <ProblemState error={failed.error} retry={() => void failed.refetch()} />
      ) : (
        <Waiting rows={10} />
      )}
    </>
  );
}
