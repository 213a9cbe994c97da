/** A mail in plain text. */
export interface Mail {
  /** One address. */
  to: string;
  subject: string;
  text: string;
}
