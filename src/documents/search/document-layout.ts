/** Title and file name have positions of their own before those of the text, so that no phrase goes from one into another. */
export const TITLE_POSITION = 0;
export const FILENAME_POSITION = 400;
export const TEXT_POSITION = 1_200;

/** A passage as the index keeps it; positions are those of words. */
export interface IndexedPassage {
  /** Where it begins and ends in the text, in characters (Unicode code points). */
  start: number;
  end: number;
  /** The position of its first word, and that behind its last one. */
  from: number;
  to: number;
  /** How many of its words are no stop words. */
  length: number;
  /** The headings above it, the highest first, as numbers of the list of headings. */
  headings: number[];
}

export interface IndexedHeading {
  text: string;
  from: number;
  to: number;
}

/** What the index knows of a document's form. */
export interface DocumentLayout {
  passages: IndexedPassage[];
  headings: IndexedHeading[];
  /** How many words of title and text are no stop words. */
  length: number;
}
