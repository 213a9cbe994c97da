import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../api/me';
import { classes } from '../parts/classes';
import { settingsOf } from '../screens/settings/find-settings';
import { FINDERS, type Found } from './finders';
import { withoutKeys } from '../screens/keys/key-filters';
import { screensOf } from './screens';

const SHOWN = 12;

/** Goes to a screen or a thing by a part of its name. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('frame');
  const navigate = useNavigate();
  const everything = useEverything();
  const [typed, setTyped] = useState('');
  const [place, setPlace] = useState(0);
  const words = withoutKeys(typed).toLowerCase().split(/\s+/);
  const found = everything
    .filter(({ title, words: others = '' }) =>
      words.every((word) => `${title} ${others}`.toLowerCase().includes(word)),
    )
    .slice(0, SHOWN);
  const chosen = found[Math.min(place, found.length - 1)];
  const go = (to: Found | undefined) => {
    if (!to) return;
    onClose();
    void navigate({ to: to.to });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(chosen);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || found.length === 0) return;
    event.preventDefault();
    setPlace((found.indexOf(chosen!) + step + found.length) % found.length);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-10 bg-text/20" />
        <Dialog.Popup
          aria-label={t('search')}
          className="fixed top-[15vh] left-1/2 z-20 w-[560px] max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-control border border-line bg-back shadow-above"
        >
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls="found"
            aria-activedescendant={chosen && `found-${chosen.id}`}
            aria-label={t('searchLabel')}
            placeholder={t('searchLabel')}
            value={typed}
            onChange={({ target }) => {
              setTyped(target.value);
              setPlace(0);
            }}
            onKeyDown={pressed}
            className="h-12 w-full rounded-control bg-back px-4 outline-none placeholder:text-soft"
          />
          <ul id="found" role="listbox" aria-label={t('search')} className="border-t border-line p-1">
            {found.map((one) => (
              <li
                key={one.id}
                id={`found-${one.id}`}
                role="option"
                aria-selected={one === chosen}
                onClick={() => go(one)}
                className={classes(
                  'flex h-9 cursor-pointer items-center gap-2 rounded px-3',
                  one === chosen && 'bg-hover',
                )}
              >
                <span className="min-w-0 flex-1 truncate">{one.title}</span>
                <span className="text-soft">{t(`kinds.${one.kind}`)}</span>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="px-4 pb-3 text-soft">{t('nothingFound')}</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useEverything(): Found[] {
  const { t } = useTranslation(['frame', 'settings']);
  const me = useMe();
  const things = useQuery({
    queryKey: ['found'],
    queryFn: async () =>
      (await Promise.all(FINDERS.filter(({ scope }) => may(me, scope)).map(({ find }) => find()))).flat(),
  });
  const screens = screensOf(me).map(({ id, to }): Found => ({
    id,
    to,
    title: t(`screen.${id}`),
    kind: 'screen',
  }));
  const settings = settingsOf(me).map(({ id, to }): Found => ({
    id: `setting-${id}`,
    to,
    title: t(`settings:part.${id}`),
    kind: 'setting',
  }));
  return [...screens, ...settings, ...(things.data ?? [])];
}
