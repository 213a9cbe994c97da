import { Dialog } from '@base-ui/react/dialog';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../Button';
import { Icon } from '../Icon';
import type { SheetProps } from '../Sheet';

export function SheetDialog({ title, onClose, children }: SheetProps) {
  const { t } = useTranslation('parts');
  return (
    <Dialog.Root open onOpenChange={(open, { event }) => !open && !isInToast(event) && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-10 bg-text/20" />
        <Dialog.Popup className="fixed inset-y-0 right-0 z-20 flex w-[560px] max-w-full flex-col border-l border-line bg-back shadow-above">
          <header className="flex items-center gap-2 border-b border-line px-6 py-3">
            <Dialog.Title className="min-w-0 flex-1 truncate">{title}</Dialog.Title>
            <Dialog.Close aria-label={t('close')} className={buttonClass('bare', 'px-2')}>
              <Icon name="close" />
            </Dialog.Close>
          </header>
          <div className="grid flex-1 content-start gap-6 overflow-y-auto p-6">{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Taking something back must not close the sheet in which it was done. */
const isInToast = ({ target }: Event): boolean =>
  target instanceof Element && target.closest('[data-toasts]') !== null;
