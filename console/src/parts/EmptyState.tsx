import type { ReactNode } from 'react';

/** One sentence that says what is not there, and the one thing to do about it. */
export function EmptyState({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="grid justify-items-start gap-4 rounded-control border border-line p-6">
      <p>{text}</p>
      {children}
    </div>
  );
}
