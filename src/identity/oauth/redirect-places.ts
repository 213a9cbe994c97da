/** Returns what a person can recognize of an address: the host, or the program that a scheme opens. */
export function placeOf({ protocol, host }: URL): string {
  if (!/^https?:$/.test(protocol)) return `the program for ${protocol}//`;
  return protocol === 'http:' ? `a program on this computer (${host})` : host;
}

/** Returns where a form may lead. A policy can name no address of IPv6 (Content Security Policy, section 2.3.1). */
export const formTargetOf = ({ protocol, origin, hostname }: URL): string =>
  /^https?:$/.test(protocol) && !hostname.startsWith('[') ? origin : protocol;
