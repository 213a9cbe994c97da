import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { classes } from '../../parts/classes';
import { Icon } from '../../parts/Icon';
import { Time } from '../../parts/Time';
import type { Overview } from './overview-query';

const LOOKS: Record<Overview['status'], string> = {
  ok: 'border-good bg-good-back text-good',
  attention: 'border-attention bg-attention-back text-attention',
  danger: 'border-danger bg-danger-back text-danger',
};

/** Whether all is well, and where to click if not. */
export function StatusLine({ overview }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const { status, reasons, at } = overview;
  return (
    <section
      aria-label={t('status.title')}
      data-status={status}
      className={classes('grid gap-1 rounded-control border p-4', LOOKS[status])}
    >
      <p className="flex flex-wrap items-center gap-2 text-[16px] font-semibold">
        <Icon name={status === 'ok' ? 'tick' : 'attention'} />
        <span className="flex-1">{t(`status.${status}`)}</span>
        <span className="text-[14px] font-normal">
          <Time at={at} />
        </span>
      </p>
      {reasons.length > 0 && (
        <ul className="grid gap-1">
          {reasons.map(({ code, message }) => (
            <li key={code} className="flex flex-wrap gap-x-3">
              <ReasonText code={code} message={message} overview={overview} />
              <Way code={code} overview={overview} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const CODES = [
  'database_unavailable',
  'lease_expired',
  'not_ready',
  'calls_stopped',
  'tools_stopped',
  'audit_spooling',
  'audit_lossy',
  'audit_full',
  'audit_findings',
  'audit_not_verified',
  'audit_abandoned',
  'seals_behind',
  'limits_degraded',
  'many_errors',
] as const;
const isKnown = (code: string): code is (typeof CODES)[number] => CODES.some((one) => one === code);

interface ReasonProps {
  code: string;
  /** In the language of the service, for codes that the console does not know. */
  message: string;
  overview: Overview;
}

function ReasonText({ code, message, overview: { errors, calls, lastVerification } }: ReasonProps) {
  const { t } = useTranslation('overview');
  if (!isKnown(code)) return <span>{message}</span>;
  const count = lastVerification?.findingsCount ?? 0;
  return (
    <span>
      {t(`reason.${code}`, { errors, calls, count })}
      {code === 'audit_not_verified' && ` ${lastVerification?.problem ?? ''}`}
    </span>
  );
}

const OF_SEALS = new Set(['audit_findings', 'audit_not_verified', 'seals_behind']);

/** Leads to what the reason is about. */
function Way({ code, overview: { window } }: { code: string; overview: Overview }) {
  const { t } = useTranslation('overview');
  const look = 'font-medium underline';
  if (OF_SEALS.has(code))
    return (
      <Link to="/audit/seals" className={look}>
        {t('way.seals')}
      </Link>
    );
  if (code === 'calls_stopped' || code === 'tools_stopped')
    return (
      <Link to="/tools" className={look}>
        {t('way.tools')}
      </Link>
    );
  if (code === 'many_errors')
    return (
      <Link to="/audit" search={{ outcome: 'failure', last: window }} className={look}>
        {t('way.failed')}
      </Link>
    );
  return (
    <a href="#health" className={look}>
      {t('way.health')}
    </a>
  );
}
