import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { meQuery } from '../api/me';
import { chooseOrganization, chosenOrganization } from '../api/organization';
import { loadTexts } from '../language/language';
import { ProblemState } from '../parts/ProblemState';
import { Toasts } from '../parts/toasts';
import { Rail } from './Rail';
import { useFrameKeys } from './useFrameKeys';

const CommandPalette = lazy(async () => {
  const [palette] = await Promise.all([import('./CommandPalette'), loadTexts(['settings'])]);
  return palette;
});
const KeysHelp = lazy(() => import('./KeysHelp'));

/** What stands around every screen. It shows nothing before it knows who is signed in. */
export function Frame() {
  const me = useQuery(meQuery);
  const [open, setOpen] = useState<'palette' | 'help'>();
  useFrameKeys(setOpen);
  const close = () => setOpen(undefined);
  if (me.error) return <Outside error={me.error} retry={() => void me.refetch()} />;
  if (!me.data) return null;
  return (
    <Toasts>
      <div className="grid h-dvh grid-rows-[minmax(0,1fr)_auto] sm:grid-cols-[auto_minmax(0,1fr)] sm:grid-rows-1">
        <Rail onSearch={() => setOpen('palette')} />
        <main data-scroller className="relative overflow-y-auto [scrollbar-gutter:stable] max-sm:row-start-1">
          <div className="mx-auto grid max-w-[1200px] grid-cols-1 gap-6 p-6 max-sm:p-4">
            <Outlet />
          </div>
        </main>
      </div>
      <Suspense>
        {open === 'palette' && <CommandPalette onClose={close} />}
        {open === 'help' && <KeysHelp onClose={close} />}
      </Suspense>
    </Toasts>
  );
}

/** The service does not say who is calling. An organisation that the person has left must not keep the console closed. */
function Outside({ error, retry }: { error: unknown; retry: () => void }) {
  const hasChosen = chosenOrganization() !== null;
  return (
    <main className="mx-auto max-w-[640px] p-6">
      <ProblemState error={error} retry={hasChosen ? () => chooseOrganization(null) : retry} />
    </main>
  );
}
