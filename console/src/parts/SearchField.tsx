import { useEffect, useState } from 'react';

const TYPED_MS = 250;

interface SearchFieldProps {
  label: string;
  /** What is searched for now, by the address. */
  words: string;
  maxLength: number;
  /** Changes the address. It is the same function from one drawing to the next. */
  onSearch: (words: string) => void;
}

/** What is searched for is the address. It follows when somebody stops typing. */
export function SearchField({ label, words, maxLength, onSearch }: SearchFieldProps) {
  const [typed, setTyped] = useState(words);
  const [known, setKnown] = useState(words);
  // The address was changed by a link, or by going back.
  if (known !== words) {
    setKnown(words);
    setTyped(words);
  }
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === words) return;
    const timer = setTimeout(() => onSearch(wanted), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, words, onSearch]);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      data-filter
      maxLength={maxLength}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      className="h-9 w-full max-w-[480px] rounded-control border border-line-strong bg-back px-3 placeholder:text-soft"
    />
  );
}
