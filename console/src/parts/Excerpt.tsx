/** What makes a line a heading in Markdown, where the line does not stand alone any more. */
const HEADING_MARK = /(?<=^|\s)#{1,6} /g;

/** An excerpt of a search, in which the words that match stand between `**`. */
export function Excerpt({ text }: { text: string }) {
  return text
    .replaceAll(HEADING_MARK, '')
    .split('**')
    .map((part, place) =>
      place % 2 === 1 ? (
        <mark key={place} className="bg-attention-back text-text">
          {part}
        </mark>
      ) : (
        part
      ),
    );
}
