/** A file that cannot become a document. The message is the reason, which its owner reads. */
export class UnusableFile extends Error {
  override name = 'UnusableFile';
}

/** The reason of a file with more text than a document may have. */
export const TOO_LONG = 'too long';
