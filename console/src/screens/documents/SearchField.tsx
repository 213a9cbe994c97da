import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const TYPED_MS = 250;

/** What is searched for is the address. It follows when somebody stops typing. */
export function SearchField({ query }: { query: string }) {
  const { t } = useTranslation('documents');
  const navigate = useNavigate();
  const [typed, setTyped] = useState(query);
  const [known, setKnown] = useState(query);
  // The address was changed by a link, or by going back.
  if (known !== query) {
    setKnown(query);
    setTyped(query);
  }
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === query) return;
    const timer = setTimeout(
      () => void navigate({ to: '/documents', search: wanted === '' ? {} : { q: wanted }, replace: true }),
      TYPED_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, query, navigate]);
  return (
    <input
      type="search"
      aria-label={t('search')}
      placeholder={t('search')}
      data-filter
      maxLength={1_000}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      className="h-9 w-full max-w-[480px] rounded-control border border-line-strong bg-back px-3 placeholder:text-soft"
    />
  );
}
