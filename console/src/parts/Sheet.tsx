import { lazy, type ReactNode, Suspense } from 'react';

const SheetDialog = lazy(async () => ({ default: (await import('./dialog/dialogs')).SheetDialog }));

export interface SheetProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** The details of a row, over its list. The route shows it, so that it has an address; closing leads back to the list. */
export const Sheet = (props: SheetProps) => (
  <Suspense>
    <SheetDialog {...props} />
  </Suspense>
);
