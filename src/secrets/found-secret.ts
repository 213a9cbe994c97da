/** Where in a text a secret stands. */
export interface FoundSecret {
  kind: string;
  start: number;
  end: number;
}
