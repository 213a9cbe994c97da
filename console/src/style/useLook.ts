import { useSyncExternalStore } from 'react';

const device = matchMedia('(prefers-color-scheme: dark)');

function watch(changed: () => void): () => void {
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  device.addEventListener('change', changed);
  return () => {
    chosen.disconnect();
    device.removeEventListener('change', changed);
  };
}

/** Returns which theme is seen now, for what is drawn and not styled. */
export const useLook = (): string =>
  useSyncExternalStore(
    watch,
    () => document.documentElement.dataset.theme ?? (device.matches ? 'dark' : 'light'),
  );
