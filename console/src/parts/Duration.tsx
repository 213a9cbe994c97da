import { useTranslation } from 'react-i18next';

/** A time that something took, with its unit. */
export function Duration({ ms }: { ms: number | null }) {
  const { i18n } = useTranslation();
  return ms === null ? <span className="text-soft">–</span> : <>{durationOf(ms, i18n.language)}</>;
}

export const durationOf = (ms: number, language: string): string =>
  new Intl.NumberFormat(language, {
    style: 'unit',
    unit: ms < 1_000 ? 'millisecond' : 'second',
    maximumFractionDigits: ms < 10 || ms >= 1_000 ? 1 : 0,
  }).format(ms < 1_000 ? ms : ms / 1_000);
