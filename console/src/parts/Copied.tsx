import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';

const SAID_MS = 2_000;

/** Copies a text when it is clicked, and says so. */
export function Copied({ text, label, children }: { text: string; label?: string; children?: ReactNode }) {
  const { t } = useTranslation('parts');
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <button
      type="button"
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
      title={isCopied ? t('copied') : t('copy')}
      className="inline-flex max-w-full items-center gap-1 rounded px-1 text-left hover:bg-hover"
    >
      <span className="min-w-0 truncate">{children ?? label ?? t('copy')}</span>
      <span className="size-5 shrink-0 text-soft">
        <Icon name={isCopied ? 'tick' : 'copy'} />
      </span>
      <span role="status" className="sr-only">
        {isCopied ? t('copied') : ''}
      </span>
    </button>
  );
}
