import { useTranslation } from 'react-i18next';
import { regionOf } from '../language/region';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Making a format takes far longer than using it, and tables show many times. */
const kept = <Format,>(make: (language: string) => Format) => {
  const formats = new Map<string, Format>();
  return (language: string): Format => {
    const format = formats.get(language) ?? make(regionOf(language));
    formats.set(language, format);
    return format;
  };
};
const relativeFormat = kept((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
const exactFormat = kept(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' }),
);
const clockFormat = kept((language) => new Intl.DateTimeFormat(language, { timeStyle: 'medium' }));
const momentFormat = kept(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }),
);

export function relativeTime(time: string, language: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relativeFormat(language).format(Math.round(seconds / size), unit);
}

export const exactTime = (time: string, language: string): string =>
  exactFormat(language).format(new Date(time));

/** The time of day, with the date where that is another one. */
export function clockTime(time: string, language: string, now = new Date()): string {
  const at = new Date(time);
  const isToday = at.toDateString() === now.toDateString();
  return (isToday ? clockFormat : momentFormat)(language).format(at);
}

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

/** The time of one row among many of the same hour, where "5 minutes ago" would tell none from the other. */
export function Clock({ at }: { at: string }) {
  const { i18n } = useTranslation();
  return (
    <time dateTime={at} title={exactTime(at, i18n.language)} className="whitespace-nowrap">
      {clockTime(at, i18n.language)}
    </time>
  );
}
