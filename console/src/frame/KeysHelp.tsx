import { Dialog } from '@base-ui/react/dialog';
import { useTranslation } from 'react-i18next';

const KEYS = ['palette', 'filter', 'rows', 'open', 'close', 'undo', 'help'] as const;

export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('frame');
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-10 bg-text/20" />
        <Dialog.Popup className="fixed top-[15vh] left-1/2 z-20 w-96 max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-control border border-line bg-back p-6 shadow-above">
          <Dialog.Title className="mb-4">{t('help.title')}</Dialog.Title>
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
            {KEYS.map((key) => (
              <div key={key} className="contents">
                <dt>
                  <kbd className="rounded border border-line-strong px-1.5 font-mono">
                    {t(`help.key.${key}`)}
                  </kbd>
                </dt>
                <dd>{t(`help.does.${key}`)}</dd>
              </div>
            ))}
          </dl>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
