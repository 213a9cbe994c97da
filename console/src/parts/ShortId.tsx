import { Copied } from './Copied';

const ENDS = 6;

/** An id, key or request, shortened in the middle and copied whole. */
export function ShortId({ id }: { id: string }) {
  const short = id.length > 2 * ENDS + 1 ? `${id.slice(0, ENDS)}…${id.slice(-ENDS)}` : id;
  return (
    <Copied text={id}>
      <code className="font-mono" title={id}>
        {short}
      </code>
    </Copied>
  );
}
