/**
 * Returns whether PostgreSQL can store the text. UTF-8 cannot encode half a surrogate pair, and `text` cannot hold
 * NUL.
 */
export const isPlainText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
