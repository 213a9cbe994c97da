const MAY_BE_KEY = /([a-z][a-z0-9_]{0,31}_[0-9A-Za-z]{4})[0-9A-Za-z]{20,}/g;
const SHORTEST = 26;

/** A text for an audit row or an error, with what looks like an API key cut to its start, whatever its prefix. */
export const maskKeys = (text: string): string =>
  text.length < SHORTEST ? text : text.replace(MAY_BE_KEY, '$1...');
