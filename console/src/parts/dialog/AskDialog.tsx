import { Dialog } from '@base-ui/react/dialog';
import { useTranslation } from 'react-i18next';
import type { AskProps } from '../Ask';
import { Button } from '../Button';
import { ProblemState } from '../ProblemState';

export function AskDialog({
  title,
  verb,
  kind = 'primary',
  isReady = true,
  isRunning,
  error,
  onDo,
  onClose,
  children,
}: AskProps) {
  const { t } = useTranslation('parts');
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-20 bg-text/20" />
        <Dialog.Popup className="fixed top-[15vh] left-1/2 z-30 max-h-[80vh] w-[440px] max-w-[calc(100vw-2rem)] -translate-x-1/2 overflow-y-auto rounded-control border border-line bg-back p-6 shadow-above">
          <form
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              if (isReady && !isRunning) onDo();
            }}
          >
            <Dialog.Title>{title}</Dialog.Title>
            {children}
            {error && <ProblemState error={error} />}
            <div className="flex justify-end gap-2">
              <Button onClick={onClose}>{t('cancel')}</Button>
              <Button type="submit" kind={kind} disabled={!isReady || isRunning}>
                {verb}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
