import { type ReactNode, useId } from 'react';

interface MenuProps {
  /** What the button is, for who sees only its sign. */
  label: string;
  button: ReactNode;
  className: string;
  /** Where it opens: beside its button. */
  place: string;
  onOpen?: () => void;
  children: ReactNode;
}

/** A button of the rail that opens a few controls. The browser itself closes it by Escape and by a click elsewhere. */
export function RailMenu({ label, button, className, place, onOpen, children }: MenuProps) {
  const id = useId();
  return (
    <>
      <button type="button" popoverTarget={id} aria-label={label} title={label} className={className}>
        {button}
      </button>
      <div
        id={id}
        popover="auto"
        onToggle={({ newState }) => newState === 'open' && onOpen?.()}
        className={`fixed inset-auto m-0 max-h-[80vh] w-60 overflow-y-auto rounded-control border border-line bg-back p-2 text-text shadow-above ${place}`}
      >
        <div className="grid gap-2">{children}</div>
      </div>
    </>
  );
}
