/** Returns whether a key that somebody pressed is meant for the page, and not for a field, a menu or a dialog. */
export function isForPage({ target, ctrlKey, metaKey, altKey, defaultPrevented }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || defaultPrevented) return false;
  if (document.querySelector('[role=dialog]')) return false;
  return !(target instanceof HTMLElement) || !target.closest('input, textarea, select, [role=menu]');
}
