const IN_PAIRS = /[\ud800-\udfff]/;

/** Counts the characters before places of a text, as PostgreSQL counts them; the places come in ascending order. */
export function characterCounter(text: string): (place: number) => number {
  if (!IN_PAIRS.test(text)) return (place) => place;
  let [at, count] = [0, 0];
  return (place) => {
    for (; at < place; at += text.codePointAt(at)! > 0xffff ? 2 : 1) count++;
    return count;
  };
}
