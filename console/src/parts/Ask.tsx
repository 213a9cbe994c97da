import { lazy, type ReactNode, Suspense } from 'react';
import type { Problem } from '../api/problem';
import type { ButtonKind } from './Button';

const AskDialog = lazy(async () => ({ default: (await import('./dialog/dialogs')).AskDialog }));

export interface AskProps {
  title: string;
  /** The verb of what is asked for. */
  verb: string;
  kind?: ButtonKind;
  isReady?: boolean;
  isRunning: boolean;
  error: Problem | null;
  onDo: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks for what an act needs to know, and stays open with the reason where the service refuses. */
export const Ask = (props: AskProps) => (
  <Suspense>
    <AskDialog {...props} />
  </Suspense>
);
