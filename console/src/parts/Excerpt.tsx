/** An excerpt of a search, in which the words that match stand between `**`. */
export function Excerpt({ text }: { text: string }) {
  return text.split('**').map((part, place) =>
    place % 2 === 1 ? (
      <mark key={place} className="bg-attention-back text-text">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
