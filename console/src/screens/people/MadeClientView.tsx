import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../parts/Button';
import { CopiedFact } from '../../parts/CopiedFact';
import type { MadeClient } from './client-queries';

/** What a new program is given, the only time that its secret is shown. It lives in this view alone. */
export function MadeClientView({ client: { clientId, clientSecret } }: { client: MadeClient }) {
  const { t } = useTranslation('people');
  return (
    <section
      aria-label={t('client.made')}
      className="grid max-w-[640px] grid-cols-[minmax(0,1fr)] gap-4 rounded-control border border-good p-4"
    >
      <h2>{t('client.made')}</h2>
      <p>{clientSecret === null ? t('client.noSecret') : t('client.once')}</p>
      <dl className="grid gap-1">
        <CopiedFact name={t('client.id')} text={clientId} />
        {clientSecret !== null && <CopiedFact name={t('client.secret')} text={clientSecret} />}
      </dl>
      <div>
        <Link to="/people/clients/$clientId" params={{ clientId }} className={buttonClass()}>
          {t('client.open')}
        </Link>
      </div>
    </section>
  );
}
