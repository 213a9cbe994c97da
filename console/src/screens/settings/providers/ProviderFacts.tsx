import { useTranslation } from 'react-i18next';
import { Fact } from '../../../parts/Fact';
import { ShortId } from '../../../parts/ShortId';
import { Time } from '../../../parts/Time';
import type { Provider } from './provider-queries';
import { ProviderStateWord } from './ProviderStateWord';

export function ProviderFacts({ provider }: { provider: Provider }) {
  const { t } = useTranslation('settings');
  const { kind, domains, issuer, clientId, signInUrl, certificates, createdAt, lastUsedAt } = provider;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('fact.state')}>
        <ProviderStateWord provider={provider} />
      </Fact>
      <Fact name={t('fact.kind')}>{t(`kind.${kind}`)}</Fact>
      <Fact name={t('domains')}>{domains.join(', ')}</Fact>
      <Fact name={t(`issuer.${kind}`)}>
        <code className="font-mono">{issuer}</code>
      </Fact>
      {clientId !== null && (
        <Fact name={t('provider.clientId')}>
          <code className="font-mono">{clientId}</code>
        </Fact>
      )}
      {signInUrl !== null && (
        <Fact name={t('provider.signInUrl')}>
          <code className="font-mono">{signInUrl}</code>
        </Fact>
      )}
      {certificates?.map(({ sha256, validTo }) => (
        <Fact key={sha256} name={t('provider.certificate')}>
          <ShortId id={sha256} /> {t('provider.until')} <Time at={validTo} />
        </Fact>
      ))}
      <Fact name={t('fact.used')}>
        <Time at={lastUsedAt} otherwise={t('never')} />
      </Fact>
      <Fact name={t('fact.since')}>
        <Time at={createdAt} />
      </Fact>
    </dl>
  );
}
