/** The path that the library serves below. */
export const AUTH_PATH = '/auth';
/** Holds the address of the client, which the library would otherwise take from headers that anybody can send. */
export const ADDRESS_HEADER = 'x-bouncer-client-address';
