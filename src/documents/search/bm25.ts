/** How fast another occurrence of a word stops counting. */
const K1 = 1.8;
/** How much a long text is put back. */
const B = 0.75;
/** The length of an average text, in words that are no stop words. It is fixed, so that no write changes what others weigh. */
const AVERAGE_LENGTH = 100;

/** Occurrences in a title count so many times, those in a file name or in a heading above the passage so many. */
export const TITLE_WEIGHT = 2;
export const FILENAME_WEIGHT = 1;
export const HEADING_WEIGHT = 0.5;

/** The share of a whole document in a score; the rest is its best passage. */
const DOCUMENT_SHARE = 0.75;

/**
 * How much occurrences say in a text of that length: the part of BM25 that belongs to one word and one text.
 * Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
 */
export const saturation = (occurrences: number, length: number): number =>
  occurrences === 0
    ? 0
    : (occurrences * (K1 + 1)) / (occurrences + K1 * (1 - B + (B * length) / AVERAGE_LENGTH));

/** How much a word says that so many of all documents have. */
export const inverseFrequency = (documents: number, all: number): number =>
  Math.log(1 + (Math.max(all, documents) - documents + 0.5) / (documents + 0.5));

/** What a word counts for in a document, by its score in the document and in one of its passages. */
export const mixScores = (ofDocument: number, ofPassage: number): number =>
  DOCUMENT_SHARE * ofDocument + (1 - DOCUMENT_SHARE) * ofPassage;
