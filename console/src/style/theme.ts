const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export { THEMES };

const KEPT = 'bouncer.theme';

export function theme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return THEMES.find((one) => one === kept) ?? 'system';
}

/** The choice is kept by the browser. `system` follows the device. */
export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(KEPT, chosen);
  applyTheme();
}

export function applyTheme(): void {
  const chosen = theme();
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
