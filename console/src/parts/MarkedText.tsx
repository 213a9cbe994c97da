import { useEffect, useRef } from 'react';
import { classes } from './classes';

interface MarkedProps {
  text: string;
  /** The part that is marked and brought into sight, in UTF-16 code units. */
  start?: number | undefined;
  end?: number | undefined;
  className?: string;
}

/** A text as it was written, never as HTML. */
export function MarkedText({ text, start, end, className }: MarkedProps) {
  const look = classes('break-words whitespace-pre-wrap', className);
  if (start === undefined || end === undefined || start >= end) return <div className={look}>{text}</div>;
  return (
    <div className={look}>
      {text.slice(0, start)}
      <Mark key={start} text={text.slice(start, end)} />
      {text.slice(end)}
    </div>
  );
}

function Mark({ text }: { text: string }) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    mark.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <mark ref={mark} className="bg-attention-back text-text">
      {text}
    </mark>
  );
}
