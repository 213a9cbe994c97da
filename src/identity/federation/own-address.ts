/** Returns whether a text is an e-mail address, of which the domain is what follows the one `@`. */
export const isAddress = (text: string): boolean => /^[^\s@\0]+@[^\s@\0]+$/.test(text);

/** Returns the domain of an e-mail address in lower case. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase();

/**
 * Returns whether a browser that is sent there stays with the service, whose address `own` is. An address is of ASCII (RFC 3986), and
 * no header could have another one.
 */
export function isOwnPath(target: unknown, own: string): boolean {
  if (typeof target !== 'string' || !/^[/h]/.test(target)) return false;
  if (/[^\x21-\x7e]|\\/.test(target) || !URL.canParse(target, own)) return false;
  const url = new URL(target, own);
  // Dots in a path may leave two slashes at its start, which is another host where the path stands alone.
  if (url.pathname.startsWith('//') || url.username !== '' || url.password !== '') return false;
  return url.origin === new URL(own).origin;
}
