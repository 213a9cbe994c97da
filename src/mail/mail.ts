/** A mail in plain text. */
export interface Mail {
  /** A single address. */
  to: string;
  subject: string;
  text: string;
}
