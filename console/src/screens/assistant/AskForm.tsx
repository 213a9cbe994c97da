import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { stop } from './conversation';

const MOST_CHARACTERS = 2_000;

interface AskProps {
  /** What stands in the field at first. */
  question: string;
  isFirst: boolean;
  isRunning: boolean;
  onAsk: (question: string) => void;
}

/** It stays at the bottom of the window, with the button to stop in place of that to ask. */
export function AskForm({ question, isFirst, isRunning, onAsk }: AskProps) {
  const { t } = useTranslation('assistant');
  const [typed, setTyped] = useState(question);
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (isRunning || typed.trim() === '') return;
    onAsk(typed.trim());
    setTyped('');
  };
  return (
    <form
      onSubmit={send}
      className="sticky bottom-0 -mb-6 flex items-end gap-2 bg-back pt-2 pb-6 max-sm:-mb-4 max-sm:pb-4"
    >
      <textarea
        aria-label={isFirst ? t('question') : t('followUp')}
        placeholder={isFirst ? t('question') : t('followUp')}
        autoFocus
        data-filter
        rows={2}
        maxLength={MOST_CHARACTERS}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
          if (event.key === 'Escape' && isRunning) stop();
        }}
        className="min-w-0 flex-1 resize-none rounded-control border border-line-strong bg-back px-3 py-1.5 placeholder:text-soft"
      />
      {isRunning ? (
        <Button className="w-24" onClick={stop}>
          {t('stop')}
        </Button>
      ) : (
        <Button type="submit" kind="primary" className="w-24" disabled={typed.trim() === ''}>
          {t('ask')}
        </Button>
      )}
    </form>
  );
}
