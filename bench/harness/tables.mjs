// Formats tables in Markdown, aligned as Prettier does.
import { PEERS } from './peers.mjs';

const ERAS = { legacy: '2025-11-25', modern: '2026-07-28' };
const whole = (value) => Math.round(value).toLocaleString('en');
const yes = (value) => (value ? 'yes' : 'no');
const ms = (value) => `${value.toFixed(2)} ms`;

export function table(head, rows) {
  const widths = head.map((cell, index) => Math.max(3, ...[head, ...rows].map((row) => row[index].length)));
  const show = (row) => `| ${row.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
  return [show(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(show)].join(
    '\n',
  );
}

export function barTable(lines) {
  const words = { true: 'ok', false: 'missed', undefined: '' };
  return table(
    ['What', 'Bar', 'Measured', ''],
    lines.map(({ what, bar, measured, ok }) => [what, bar.replace('<', '\\<'), measured, words[ok]]),
  );
}

/** Returns a table for each kind of load, with a description of the machine. */
export function runTables({
  date,
  node,
  cores,
  options,
  isPinned,
  isAtOnce,
  isAwake,
  ceiling,
  audit,
  results,
}) {
  const groups = new Map();
  for (const result of results) groups.set(groupOf(result), [...(groups.get(groupOf(result)) ?? []), result]);
  const about = `${date}, Node ${node}, ${cores} cores, medians of ${options.rounds} rounds of ${options.seconds} s. Cores held with \`taskset\`: ${yes(isPinned)}; the load under \`chrt\`: ${yes(isAtOnce)}; kept awake: ${yes(isAwake)}. The load generator reaches ${whole(ceiling.perSecond)} a second by itself. Rows in the audit: ${whole(audit.rows)} for ${whole(audit.calls)} calls, the last of a round written ${whole(audit.behindMs)} ms after it at most.`;
  const parts = [...groups].map(([title, group]) => {
    const rows = group.map(({ peer, medians, oursTimes }) => [
      PEERS[peer].label,
      whole(medians.perSecond),
      ms(medians.p50),
      ms(medians.p99),
      `${Math.round(medians.cpuUs)} us`,
      `${Math.round(medians.spread * 100)}%`,
      oursTimes ? oursTimes.ratio.toFixed(2) : '',
    ]);
    return `${title}\n\n${table(['', 'a second', 'p50', 'p99', 'processor', 'spread', 'ours is x times'], rows)}`;
  });
  return [about, ...parts].join('\n\n');
}

const groupOf = ({ kind, era, connections, tools, lasting }) =>
  `**\`tools/${kind}\`, ${ERAS[era]}, ${connections} ${connections === 1 ? 'connection' : 'connections'}${kind === 'list' ? `, ${tools} tools` : ''}${lasting ? `, 2 rounds of ${lasting} s` : ''}**`;

/** Returns the costs of the built-in tools, and their bars. */
export function realTables({ date, node, cores, options, medians, bars }) {
  const us = (value) => `${Math.round(value)} us`;
  const about = `${date}, Node ${node}, ${cores} cores, ${options.connections} connections, medians of ${options.rounds} rounds of ${options.seconds} s.`;
  const costs = Object.entries(medians).map(([name, { perSecond, cpuUs }]) => [
    name,
    whole(perSecond),
    us(cpuUs),
    (cpuUs / medians.echo.cpuUs).toFixed(2),
  ]);
  const words = { true: 'ok', false: 'missed', undefined: '' };
  const lines = bars.map(({ what, bar, measured, ok }) => [what, us(bar), us(measured), words[ok]]);
  return [
    about,
    table(['', 'a second', 'processor', 'of echo'], costs),
    table(['What', 'At most', 'Measured', ''], lines),
  ].join('\n\n');
}

const CURVES = {
  keys: 'keys in the table',
  tools: 'tools',
  audit: 'audit rows',
  documents: 'documents (search)',
  users: 'users at once',
};

export function growthTable({ curves }) {
  const rows = Object.entries(curves).flatMap(([name, { points }]) =>
    points.map(({ size, perSecond, p50, p99 }) => [
      CURVES[name],
      whole(size),
      whole(perSecond),
      ms(p50),
      ms(p99),
      (perSecond / points[0].perSecond).toFixed(2),
    ]),
  );
  const plan = curves.keys
    ? `\n\nA key that is not known yet, asked of the table:\n\n\`\`\`\n${curves.keys.plan.join('\n')}\n\`\`\``
    : '';
  return `${table(['What grows', 'Size', 'a second', 'p50', 'p99', 'of the first'], rows)}${plan}`;
}
