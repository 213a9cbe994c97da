import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Icon } from './Icon';
import { isTyping } from './typing';

const TOLD_MS = 6_000;
const UNDO_MS = 10_000;

interface Toast {
  id: number;
  text: string;
  undo: (() => void) | undefined;
}

type Tell = (text: string, undo?: () => void) => void;

const Telling = createContext<Tell>(() => undefined);

/**
 * Says what was done, and offers to take it back for ten seconds: by a button, and by Ctrl or Cmd with Z.
 *
 * @example tell(t('disabled'), () => enable.mutate(true))
 */
export const useToasts = (): Tell => useContext(Telling);

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const tell = useCallback<Tell>(
    (text, undo) => setToasts((shown) => [...shown, { id: (shown.at(-1)?.id ?? 0) + 1, text, undo }]),
    [],
  );
  const close = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  );
  const last = toasts.findLast(({ undo }) => undo !== undefined);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!last || event.key !== 'z' || !(event.ctrlKey || event.metaKey) || isTyping(event)) return;
      event.preventDefault();
      last.undo?.();
      close(last.id);
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [last, close]);
  return (
    <Telling value={tell}>
      {children}
      <div
        role="status"
        // A dialog hides what is around it from screen readers, but for what is marked as live.
        aria-live="polite"
        data-toasts
        className="fixed right-4 bottom-4 z-40 grid w-96 max-w-[calc(100vw-2rem)] gap-2 max-sm:bottom-20"
      >
        {toasts.map((toast) => (
          <ToastView key={toast.id} toast={toast} onClose={close} />
        ))}
      </div>
    </Telling>
  );
}

function ToastView({ toast: { id, text, undo }, onClose }: { toast: Toast; onClose: (id: number) => void }) {
  const { t } = useTranslation('parts');
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => onClose(id), undo ? UNDO_MS : TOLD_MS);
    return () => clearTimeout(timer);
  }, [isHeld, undo, id, onClose]);
  return (
    <div
      className="flex items-center gap-2 rounded-control border border-line-strong bg-back p-3 shadow-above"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p className="min-w-0 flex-1">{text}</p>
      {undo && (
        <Button
          onClick={() => {
            undo();
            onClose(id);
          }}
        >
          {t('undo')}
        </Button>
      )}
      <Button kind="bare" className="px-2" aria-label={t('close')} onClick={() => onClose(id)}>
        <Icon name="close" />
      </Button>
    </div>
  );
}
