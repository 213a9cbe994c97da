import { type ReactNode, useEffect } from 'react';

/** The title of a screen and, at the right, its one primary action. */
export function ScreenHeader({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} - Bouncer`;
  }, [title]);
  return (
    <header className="flex min-h-9 flex-wrap items-center justify-between gap-2">
      <h1>{title}</h1>
      <div className="flex flex-wrap gap-2">{children}</div>
    </header>
  );
}
