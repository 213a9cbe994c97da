const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;

/** Microseconds of self time of each function between two moments of the profile's clock. */
export function selfTimes({ nodes, samples, timeDeltas, startTime }, from, to) {
  const us = new Map();
  let at = startTime;
  samples.forEach((id, index) => {
    at += timeDeltas[index];
    if (at >= from && at <= to) us.set(id, (us.get(id) ?? 0) + timeDeltas[index]);
  });
  return nodes.flatMap(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const time = us.get(id);
    if (!time) return [];
    return [{ name: functionName || '(anonymous)', url, at: placeOf(url, lineNumber), us: time }];
  });
}

/** The package of a function; of this service, the file. */
export function packageOf({ name, url }) {
  if (url === '') return name.startsWith('(') ? name : 'native';
  if (url.startsWith('node:')) return url.replace(/^(node:(?:internal\/)?[^/]+).*/, '$1');
  const [, found] = PACKAGE.exec(url) ?? [];
  return found ?? url.replace(/^.*\/(?=(dist|bench)\/)/, '');
}

function placeOf(url, line) {
  const short = url.replace(/^.*\/node_modules\/|^.*\/(?=(dist|bench)\/)/, '');
  return short ? `${short}:${line + 1}` : '';
}
