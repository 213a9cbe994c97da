import { useTranslation } from 'react-i18next';
import { Copied } from '../../parts/Copied';
import { Time } from '../../parts/Time';
import { ClientSettings } from './ClientSettings';
import type { IssuedKey } from './key-queries';

/** A new key, the only time that it is shown, and how a client gets it. It lives in this view alone. */
export function IssuedKeyView({ issued }: { issued: IssuedKey }) {
  const { t } = useTranslation('keys');
  const { apiKey, expiresAt } = issued;
  return (
    <section
      className="grid grid-cols-[minmax(0,1fr)] gap-4 rounded-control border border-good p-4"
      aria-label={t('issued.title')}
    >
      <h2>{t('issued.title')}</h2>
      <p>
        {apiKey === undefined ? t('issued.repeated') : t('issued.once')} {t('issued.ends')}{' '}
        <Time at={expiresAt} otherwise={t('neverEnds')} />
      </p>
      {apiKey !== undefined && (
        <div className="rounded-control border border-line-strong p-2">
          <Copied text={apiKey}>
            <code className="font-mono break-all whitespace-normal" data-issued-key>
              {apiKey}
            </code>
          </Copied>
        </div>
      )}
      <ClientSettings />
    </section>
  );
}
