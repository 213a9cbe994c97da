// Which core does what: the server has one to itself, everything else (load, PostgreSQL) shares the other.
import { spawnSync } from 'node:child_process';
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

const hasPriorities = works && spawnSync('chrt', ['-V']).status === 0;

/**
 * What `start` starts runs when nothing else wants its core (SCHED_IDLE): PostgreSQL shares one with the load, and would
 * otherwise take it from the clients of this service for milliseconds, and from those of no other.
 */
export async function behindTheLoad(start) {
  schedule('--idle');
  try {
    return await start();
  } finally {
    schedule('--other');
  }
}

function schedule(policy) {
  if (hasPriorities) spawnSync('chrt', [policy, '--all-tasks', '--pid', '0', String(process.pid)]);
}

export const isPinned = works;

/** How busy each core was between two looks, from 0 to 1; nothing where the system does not say it. */
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
    cores[core] = { idle: numbers[3] + numbers[4], all: numbers.reduce((sum, number) => sum + number, 0) };
  }
  return cores;
}
