/** The Damerau-Levenshtein distance of neighbours: letters that are left out, put in, changed, or swapped with the next. */
export function mistakesBetween(one: string, other: string): number {
  let [before, last, row] = [
    [] as number[],
    [] as number[],
    Array.from({ length: other.length + 1 }, (_, at) => at),
  ];
  for (let i = 1; i <= one.length; i++) {
    [before, last, row] = [last, row, [i]];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row[j] = least;
    }
  }
  return row[other.length]!;
}
