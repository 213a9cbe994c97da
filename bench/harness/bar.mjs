// Defines the bar: what must hold, and what was measured. Each line reads the results, and may be unmeasured.

/** @returns lines of `what`, `bar`, `measured` and `ok`; `ok` is undefined when it was not measured */
export function barLines({ run, growth, soak, start }) {
  const faster = (peer, where) => ratioTo(run, peer, where);
  const call = (era) => ({ kind: 'call', era, connections: 16 });
  const list = (era) => ({ kind: 'list', era, connections: 16 });
  return [
    atLeast(
      '`tools/call`, ours with everything / bare SDK with nothing, legacy',
      7,
      faster('bare', call('legacy')),
    ),
    atLeast('the same, 2026-07-28', 5, faster('bare', call('modern'))),
    atLeast('/ MCP-Nest on Express', 8, faster('mcp-nest-express', call('legacy'))),
    atLeast('/ MCP-Nest on Fastify', 5, faster('mcp-nest-fastify', call('legacy'))),
    atLeast('/ DIY tutorial', 8, faster('diy', call('legacy'))),
    atLeast('/ Nest + Fastify floor with a guard', 0.5, faster('floor-nest', call('legacy'))),
    atLeast('`tools/list` with 100 tools / bare SDK, legacy', 60, faster('bare', list('legacy'))),
    atLeast('the same, 2026-07-28', 60, faster('bare', list('modern'))),
    below('p99 at one connection, everything on minus everything off', 0.2, addedP99(run), 'ms'),
    atLeast('largest number of keys / 1,000 keys, warm', 0.9, lastToFirst(growth?.curves.keys)),
    atMost('a key used for the first time: index look-ups', 1, scansOf(growth, 'indexScans')),
    atMost('the same: scans of the whole table', 0, scansOf(growth, 'tableScans')),
    atLeast('most tools / 1 tool, `tools/call`', 0.95, lastToFirst(growth?.curves.tools)),
    atMost('soak: errors', 0, soak?.errors),
    atMost('soak: audit rows missing', 0, soak && Math.abs(soak.missing)),
    below('soak: memory growth after minute 2', 30, soak?.growthMb, 'MB'),
    below('memory, idle, without the embedded database', 150, start?.idleMb, 'MB'),
    below('memory, under load', 300, start && Math.max(start.loadedMb, soak?.peakMb ?? 0), 'MB'),
    below('start to first answer on an existing database', 2000, start?.startMs, 'ms'),
  ];
}

export const findResult = (run, peer, { kind, era, connections }) =>
  run?.results.find(
    (result) =>
      !result.lasting &&
      result.peer === peer &&
      result.kind === kind &&
      result.era === era &&
      result.connections === connections,
  );

const ratioTo = (run, peer, where) => findResult(run, peer, where)?.oursTimes?.ratio;

function addedP99(run) {
  const alone = { kind: 'call', era: 'legacy', connections: 1 };
  const on = findResult(run, 'ours', alone);
  const off = findResult(run, 'off', alone);
  return on && off ? on.medians.p99 - off.medians.p99 : undefined;
}

const lastToFirst = (curve) => curve && curve.points.at(-1).perSecond / curve.points[0].perSecond;

/**
 * Returns the scans per key at the largest size, rounded to a tenth, because keys in use are read again every 10
 * seconds.
 */
function scansOf(growth, kind) {
  const cold = growth?.curves.keys?.points.at(-1).cold;
  return cold && Math.round((cold[kind] / cold.requests) * 10) / 10;
}

const line = (what, bar, measured, isOk, unit = '') => ({
  what,
  bar: `${bar}${unit && ` ${unit}`}`,
  measured:
    measured === undefined ? 'not measured' : `${Number(measured.toPrecision(3))}${unit && ` ${unit}`}`,
  ok: measured === undefined ? undefined : isOk(measured),
});
const atLeast = (what, bar, measured) => line(what, `>= ${bar}`, measured, (value) => value >= bar);
const atMost = (what, bar, measured) => line(what, bar, measured, (value) => value <= bar);
const below = (what, bar, measured, unit) => line(what, `< ${bar}`, measured, (value) => value < bar, unit);
