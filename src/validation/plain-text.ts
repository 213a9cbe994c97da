/** Whether PostgreSQL can keep the text: UTF-8 has no form for half a surrogate pair, and `text` none for NUL. */
export const isPlainText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
