/** The text of a file, with the structure by which the search cuts it into passages. */
export interface ExtractedText {
  /** As the file says it beside its text. */
  title?: string;
  /** Plain text in which headings, lists and code are marked as in Markdown. */
  content: string;
}
