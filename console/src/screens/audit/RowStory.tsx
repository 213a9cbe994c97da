import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { exactTime } from '../../parts/Time';
import type { AuditRow, RowDetails } from './audit-queries';
import { askedOf } from './audit-words';
import { OutcomeWord } from './OutcomeWord';

/** Who, through what, asked what, was answered what, when and from where. */
export function RowStory({ details: { event, chain } }: { details: RowDetails }) {
  const { t, i18n } = useTranslation('audit');
  const { outcome, reason, durationMs, occurredAt, recordedAt, ip, userAgent, resource, elevated } = event;
  const isLate = Date.parse(recordedAt) - Date.parse(occurredAt) > 5_000;
  return (
    <ol className="grid gap-3" aria-label={t('story.title')}>
      <Step name={t('story.who')}>
        <Who event={event} chain={chain} />
      </Step>
      <Step name={t('story.through')}>
        <Through event={event} />
      </Step>
      <Step name={t('story.asked')}>
        <p>
          <code className="font-mono font-medium break-all">{askedOf(event)}</code>
          {elevated && ` (${t('story.elevated')})`}
        </p>
        {resource !== null && (
          <p>
            {t('story.on')} <code className="font-mono break-all">{resource}</code>
          </p>
        )}
        <Metadata metadata={event.metadata} />
      </Step>
      <Step name={t('story.answered')}>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <OutcomeWord outcome={outcome} />
          {reason !== null && <code className="font-mono">{reason}</code>}
          {durationMs !== null && (
            <span>{t('story.within', { ms: durationMs.toLocaleString(i18n.language) })}</span>
          )}
        </p>
        {outcome === 'pending' && <p className="text-soft">{t('story.pending')}</p>}
        {typeof event.metadata.intent === 'string' && (
          <Link
            to="/audit/$rowId"
            params={{ rowId: event.metadata.intent }}
            search={true}
            className="underline"
          >
            {t('story.intent')}
          </Link>
        )}
      </Step>
      <Step name={t('story.when')}>
        <time dateTime={occurredAt}>{exactTime(occurredAt, i18n.language)}</time>
        {isLate && (
          <p className="text-soft">{t('story.late', { time: exactTime(recordedAt, i18n.language) })}</p>
        )}
      </Step>
      <Step name={t('story.from')}>
        <p>{ip ?? t('story.nowhere')}</p>
        {userAgent !== null && <p className="break-words text-soft">{userAgent}</p>}
      </Step>
    </ol>
  );
}

function Step({ name, children }: { name: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-4">
      <span className="text-soft">{name}</span>
      <div className="min-w-0">{children}</div>
    </li>
  );
}

function Who({ event: { userName, actors, userId }, chain }: Pick<RowDetails, 'event' | 'chain'>) {
  const { t } = useTranslation('audit');
  if (chain.length === 0)
    return <p>{userName ?? (actors ?? (userId === null ? [] : [userId])).at(-1) ?? t('nobodyKnown')}</p>;
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      {chain.map(({ id, name, kind }, place) => (
        <span key={id} className="inline-flex flex-wrap items-center gap-x-2">
          {place > 0 && <span className="text-soft">{t('story.for')}</span>}
          <Link to="/audit" search={{ actor: id }} className="font-medium underline">
            {name}
          </Link>
          {kind !== 'person' && <span className="text-soft">{t(`kind.${kind}`)}</span>}
        </span>
      ))}
      {userName !== null && chain.at(-1)!.name !== userName && (
        <span className="text-soft">{t('story.then', { name: userName })}</span>
      )}
    </p>
  );
}

function Through({ event: { via, keyId, keyName, keyStart, clientId } }: { event: AuditRow }) {
  const { t } = useTranslation('audit');
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2">
        {via === null ? t('via.none') : t(`via.${via}`)}
        {keyId !== null && (
          <Link to="/keys/$keyId" params={{ keyId }} className="underline">
            {keyName ?? t('story.key')}
          </Link>
        )}
        {keyStart !== null && <code className="font-mono text-soft">{keyStart}…</code>}
      </p>
      {clientId !== null && (
        <p>
          {t('story.client')} <code className="font-mono break-all">{clientId}</code>
        </p>
      )}
    </>
  );
}

/** What the row keeps of the input, and of what was found or changed. */
function Metadata({ metadata }: Pick<AuditRow, 'metadata'>) {
  const entries = Object.entries(metadata).filter(([name]) => name !== 'intent');
  if (entries.length === 0) return null;
  return (
    <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
      {entries.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="break-words whitespace-pre-wrap">
            {typeof value === 'string' ? value : JSON.stringify(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
