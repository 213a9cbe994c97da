/** Where in a text a secret stands. */
export interface FoundSecret {
  kind: string;
  start: number;
  end: number;
  /** Where the word before it begins by which alone it is known; a text that is cut behind that word hides what it is. */
  since?: number;
}
