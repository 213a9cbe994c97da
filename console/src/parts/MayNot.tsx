import { EmptyState } from './EmptyState';
import { ScreenHeader } from './ScreenHeader';

/** A screen for somebody who may not use it: it says so, and who can change that. */
export function MayNot({ title, text }: { title: string; text: string }) {
  return (
    <>
      <ScreenHeader title={title} />
      <EmptyState text={text} />
    </>
  );
}
