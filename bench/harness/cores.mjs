// Which core does what: the server has one to itself, everything else (load, PostgreSQL) shares the other.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const works = spawnSync('taskset', ['-V']).status === 0;

/** The command that runs Node on a core; where there is no `taskset`, anywhere. */
export const onCore = (core, args) =>
  works ? ['taskset', ['-c', String(core), process.execPath, ...args]] : [process.execPath, args];

/** Moves this process, and all that it starts from now on, to the core of the load. */
export function moveToLoadCore() {
  if (works) spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]);
}

/**
 * What goes before a command so that it has its core at once whenever it wants it (SCHED_RR); nothing where that is not
 * allowed. The load shares a core with PostgreSQL, which would otherwise keep it from the answers of this service, and of
 * no other, for milliseconds.
 */
export const AT_ONCE = spawnSync('chrt', ['--rr', '1', 'true']).status === 0 ? ['chrt', '--rr', '1'] : [];

export const isPinned = works;
export const isAtOnce = AT_ONCE.length > 0;

const IDLE = ['chrt', '--idle', '0'];
export const isAwake = works && spawnSync(IDLE[0], [...IDLE.slice(1), 'true']).status === 0;
/** In the shell, and as long as the one who started it lives. */
const LOOP = 'while kill -0 $PPID; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done';

/**
 * Keeps both cores awake with work that makes way for any other at once (SCHED_IDLE). A virtual machine gives a core away that has
 * nothing to do for the microseconds between two calls, and gets it back late and with cold caches: that would be measured,
 * of all servers, and differently each time. Ends with this process.
 */
export function keepAwake() {
  if (!isAwake) return;
  for (const core of [SERVER_CORE, LOAD_CORE]) {
    const [command, ...args] = [...IDLE, 'taskset', '-c', String(core), 'nice', '-n', '19', 'sh', '-c', LOOP];
    spawn(command, args, { stdio: 'ignore' }).unref();
  }
}

/** How busy each core was between two looks, from 0 to 1, without what keeps it awake; nothing where the system does not say it. */
export function watchCores() {
  const before = ticks();
  return () => {
    const after = ticks();
    return Object.fromEntries(
      Object.entries(after).map(([core, { idle, all }]) => {
        const share = (idle - before[core].idle) / Math.max(1, all - before[core].all);
        return [core, 1 - share];
      }),
    );
  };
}

function ticks() {
  let text = '';
  try {
    text = readFileSync('/proc/stat', 'utf8');
  } catch {
    return {};
  }
  const cores = {};
  for (const [, core, line] of text.matchAll(/^cpu(\d+) (.*)$/gm)) {
    const numbers = line.split(' ').slice(0, 8).map(Number);
    const [, nice, , idle, waiting] = numbers;
    cores[core] = { idle: nice + idle + waiting, all: numbers.reduce((sum, number) => sum + number, 0) };
  }
  return cores;
}
