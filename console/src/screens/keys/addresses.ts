/** Reads addresses and CIDR blocks that are apart by commas or spaces. */
export const addressesOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
