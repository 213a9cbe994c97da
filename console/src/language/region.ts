/**
 * The language as it is written where the person is: in the United States 1/2 is the second of January, in Britain the first of February.
 * @returns `en-GB` for `en`, where the browser prefers that
 */
export const regionOf = (language: string): string =>
  navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
