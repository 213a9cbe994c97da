const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;

/** Returns the microseconds of self time of each node between two moments of the profile's clock. */
function timesOf({ samples, timeDeltas, startTime }, from, to) {
  const us = new Map();
  let at = startTime;
  samples.forEach((id, index) => {
    at += timeDeltas[index];
    if (at >= from && at <= to) us.set(id, (us.get(id) ?? 0) + timeDeltas[index]);
  });
  return us;
}

const functionOf = ({ callFrame: { functionName, url, lineNumber } }) => ({
  name: functionName || '(anonymous)',
  url,
  at: placeOf(url, lineNumber),
});

/** Returns each function with its self time, in microseconds. */
export function selfTimes(profile, from, to) {
  const us = timesOf(profile, from, to);
  return profile.nodes
    .filter(({ id }) => us.has(id))
    .map((node) => ({ ...functionOf(node), us: us.get(node.id) }));
}

/** Returns the functions of this service, each with the time of everything that it called before it first awaited. */
export function wholeTimes(profile, from, to) {
  const us = timesOf(profile, from, to);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const whole = new Map();
  const visit = (node, above) => {
    const entry = functionOf(node);
    const label = `${entry.name}  ${entry.at}`;
    const own = entry.at.startsWith('dist/') && !above.has(label);
    const path = own ? new Set([...above, label]) : above;
    let sum = us.get(node.id) ?? 0;
    for (const child of node.children ?? []) sum += visit(byId.get(child), path);
    if (own) whole.set(label, (whole.get(label) ?? 0) + sum);
    return sum;
  };
  visit(profile.nodes[0], new Set());
  return [...whole].map(([label, time]) => ({ label, us: time }));
}

/** Returns the package of a function, or its file for a function of this service. */
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
