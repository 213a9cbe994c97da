/** Returns whether a text is an e-mail address, of which the domain is what follows the one `@`. */
export const isAddress = (text: string): boolean => /^[^\s@\0]+@[^\s@\0]+$/.test(text);

/** Returns the domain of an e-mail address in lower case. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase();

/** Returns whether a browser that is sent there stays with the service, whose address `own` is. */
export function isOwnPath(target: unknown, own: string): boolean {
  if (typeof target !== 'string' || !/^[/h]/.test(target)) return false;
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x20\x7f\\]/.test(target) || !URL.canParse(target, own)) return false;
  const url = new URL(target, own);
  // Dots in a path may leave two slashes at its start, which is another host where the path stands alone.
  if (url.pathname.startsWith('//') || url.username !== '' || url.password !== '') return false;
  return url.origin === new URL(own).origin;
}
