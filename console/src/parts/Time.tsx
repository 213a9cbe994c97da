import { useTranslation } from 'react-i18next';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function relativeTime(time: string, language: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return format.format(Math.round(seconds / size), unit);
}

export const exactTime = (time: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(time));

/** A time as people say it; the exact one, in the person's zone, on hover. */
export function Time({ at, otherwise }: { at: string | null; otherwise?: string }) {
  const { i18n } = useTranslation();
  if (at === null) return <span className="text-soft">{otherwise}</span>;
  return (
    <time dateTime={at} title={exactTime(at, i18n.language)} className="whitespace-nowrap">
      {relativeTime(at, i18n.language)}
    </time>
  );
}
