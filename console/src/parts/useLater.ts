import { useEffect, useState } from 'react';

const LATER_MS = 150;

/** Becomes true after a moment, so that nothing flickers where an answer comes at once. */
export function useLater(): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLater;
}
