// Assigns the cores: the server has one to itself, and everything else (load, PostgreSQL) shares the other.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const works = spawnSync('taskset', ['-V']).status === 0;

/** Returns the command that runs Node on a core, or on any core without `taskset`. */
export const onCore = (core, args) =>
  works ? ['taskset', ['-c', String(core), process.execPath, ...args]] : [process.execPath, args];

/** Moves this process, and all processes that it starts from now on, to the core of the load. */
export function moveToLoadCore() {
  if (works) spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]);
}

/**
 * Prefixes a command so that it gets its core as soon as it needs it (SCHED_RR); it is empty when that is not
 * allowed. The load shares a core with PostgreSQL, which only this service uses. Without the prefix PostgreSQL would
 * delay the reading of this service's answers by milliseconds.
 */
export const AT_ONCE = spawnSync('chrt', ['--rr', '1', 'true']).status === 0 ? ['chrt', '--rr', '1'] : [];

export const isPinned = works;
export const isAtOnce = AT_ONCE.length > 0;

const IDLE = ['chrt', '--idle', '0'];
export const isAwake = works && spawnSync(IDLE[0], [...IDLE.slice(1), 'true']).status === 0;
/** A shell loop that runs as long as its parent process lives. */
const LOOP = 'while kill -0 $PPID; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done';

/**
 * Keeps both cores awake with work that yields to any other at once (SCHED_IDLE). A virtual machine gives up a core
 * that is idle for the microseconds between two calls, and gets it back late and with cold caches. That would be
 * measured for every server, and differently each time. The work ends with this process.
 */
export function keepAwake() {
  if (!isAwake) return;
  for (const core of [SERVER_CORE, LOAD_CORE]) {
    const [command, ...args] = [...IDLE, 'taskset', '-c', String(core), 'nice', '-n', '19', 'sh', '-c', LOOP];
    spawn(command, args, { stdio: 'ignore' }).unref();
  }
}

/**
 * Returns a function that says how busy each core was since, from 0 to 1, without the work that keeps it awake. It
 * says nothing when the system does not report it.
 */
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
