import { useEffect } from 'react';
import { isForPage } from '../parts/typing';

/** The keys that work on every screen. */
export function useFrameKeys(open: (what: 'palette' | 'help') => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open('palette');
        return;
      }
      if (!isForPage(event)) return;
      if (event.key === '?') open('help');
      if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLElement>('[data-filter]')?.focus();
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [open]);
}
