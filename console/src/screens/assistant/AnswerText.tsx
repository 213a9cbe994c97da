import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../api/ask';

interface AnswerProps {
  text: string;
  sources: readonly Source[];
}

/** Citations and what is emphasised. All else is shown as the text that it is. */
const MARKS = /(\[\d{1,3}\]|\*\*[^*\n]+\*\*)/;

/** An answer, in which each citation leads to its passage. */
export function AnswerText({ text, sources }: AnswerProps) {
  return (
    <div className="break-words whitespace-pre-wrap" data-answer>
      {text.split(MARKS).map((part, place) => {
        if (place % 2 === 0) return part;
        if (part.startsWith('*')) return <strong key={place}>{part.slice(2, -2)}</strong>;
        const source = sources.find(({ number }) => `[${number}]` === part);
        return source ? <Citation key={place} source={source} /> : part;
      })}
    </div>
  );
}

export function Citation({ source: { number, id, title, passage } }: { source: Source }) {
  const { t } = useTranslation('assistant');
  return (
    <Link
      to="/assistant/documents/$documentId"
      params={{ documentId: id }}
      search={({ q }) => ({ ...(q !== undefined && { q }), start: passage.start, end: passage.end })}
      aria-label={t('citation', { number, title })}
      title={title}
      className="rounded bg-info-back px-1 font-medium text-info hover:underline"
    >
      [{number}]
    </Link>
  );
}
