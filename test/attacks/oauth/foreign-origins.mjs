import { ORIGIN } from '../identity/person.mjs';
import { CALLBACK } from './program.mjs';

/** By who sends a form that is not the service's own: the headers that a browser sends then. */
export const FOREIGN_ORIGINS = {
  'another site': { origin: 'https://evil.example.com' },
  'a page without an origin': { origin: 'null' },
  'a site that begins like this one': { origin: `${ORIGIN}.evil.example.com` },
  'a page over plain HTTP': { origin: ORIGIN.replace('https:', 'http:') },
  'the place of the program': { origin: new URL(CALLBACK).origin },
  'no origin at all': { origin: undefined },
  'another site of the same domain': { origin: 'https://docs.example.com', 'sec-fetch-site': 'same-site' },
};
