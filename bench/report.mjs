// Reports the results of the last runs: the bar on the console, the tables of `docs/performance.md`, the charts
// beside it.
//   npm run bench:bar [-- --smoke]     (--smoke reads the results of runs with options, and writes nothing)
import { mkdirSync, writeFileSync } from 'node:fs';
import { barLines } from './harness/bar.mjs';
import { barChart, lineChart } from './harness/chart.mjs';
import { readOptions, readResult } from './harness/options.mjs';
import { fillPage } from './harness/page.mjs';
import { PEERS } from './harness/peers.mjs';
import { barTable, growthTable, realTables, runTables } from './harness/tables.mjs';
import { searchTables } from './search/report.mjs';

const CHARTS = new URL('../docs/performance/', import.meta.url);

const { isApart } = readOptions({}, {});
const results = Object.fromEntries(
  ['run', 'real', 'growth', 'soak', 'start', 'search'].map((name) => [name, readResult(name, isApart)]),
);
const lines = barLines(results);
for (const { what, bar, measured, ok } of lines) {
  const word = ok === undefined ? '' : ok ? 'ok' : 'MISSED';
  console.log(`${word.padEnd(8)}${what.padEnd(72)}${bar.padEnd(12)}${measured}`);
}
if (!isApart) {
  writeCharts(results);
  fillPage({
    bar: barTable(lines),
    run: results.run && runTables(results.run),
    real: results.real && realTables(results.real),
    growth: results.growth && growthTable(results.growth),
    search: results.search && searchTables(results.search),
  });
}
if (lines.some(({ ok }) => ok === false)) process.exitCode = 1;

function writeCharts({ run, growth, soak }) {
  mkdirSync(CHARTS, { recursive: true });
  const keep = (name, chart) => writeFileSync(new URL(`${name}.svg`, CHARTS), chart);
  if (run) keep('calls', callsChart(run));
  for (const [name, chart] of growthCharts(growth?.curves ?? {})) keep(name, chart);
  if (soak) {
    const points = soak.memory.map(({ second, mb }) => [second, mb]);
    const title = `Memory in ${soak.options.minutes} minutes at ${soak.options.rate} calls a second`;
    keep('soak', lineChart(title, { x: 'second', y: 'MB resident', linear: true }, [{ label: '', points }]));
  }
}

function callsChart({ results }) {
  const bars = results
    .filter(
      ({ kind, era, connections, lasting }) =>
        kind === 'call' && era === 'legacy' && connections === 16 && !lasting,
    )
    .map(({ peer, medians }) => ({
      label: PEERS[peer].label,
      value: medians.perSecond,
      own: peer === 'ours',
    }));
  return barChart('tools/call a second, one core, 16 connections', bars);
}

function* growthCharts(curves) {
  const rate = (points) => points.map(({ size, perSecond }) => [size, perSecond]);
  const draw = (title, x, lines) => lineChart(title, { x, y: 'a second' }, lines);
  const { keys, tools, audit, documents, users } = curves;
  if (keys) {
    const cold = keys.points.map(({ size, cold }) => [size, cold.perSecond]);
    yield [
      'keys',
      draw('Calls while the keys grow', 'keys in the table', [
        { label: 'a key in use', points: rate(keys.points) },
        { label: 'each key for the first time', points: cold },
      ]),
    ];
  }
  if (tools) {
    const list = tools.points.map(({ size, list }) => [size, list.perSecond]);
    yield [
      'tools',
      draw('Calls while the tools grow', 'tools', [
        { label: 'tools/call', points: rate(tools.points) },
        { label: 'tools/list', points: list },
      ]),
    ];
  }
  for (const [name, curve, title, x] of [
    ['audit', audit, 'Calls while the audit grows', 'audit rows'],
    ['documents', documents, 'Searches while the documents grow', 'documents'],
    ['users', users, 'Calls while more users are active', 'users active at once'],
  ]) {
    if (curve) yield [name, draw(title, x, [{ label: '', points: rate(curve.points) }])];
  }
}
