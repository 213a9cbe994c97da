import { Copied } from './Copied';
import { Fact } from './Fact';

/** A value that somebody enters elsewhere. */
export function CopiedFact({ name, text }: { name: string; text: string }) {
  return (
    <Fact name={name}>
      <Copied text={text}>
        <code className="font-mono break-all whitespace-normal">{text}</code>
      </Copied>
    </Fact>
  );
}
