const LAUNCHER = 'BOUNCER_LAUNCHER';

/** The environment of a child that stops when this process has gone. */
export const environmentOfChild = (): NodeJS.ProcessEnv => ({
  ...process.env,
  [LAUNCHER]: String(process.pid),
});

/** Whether the parent is the launcher of `bouncer start`, or the shell of npm, pnpm or Yarn. */
export const stopsWithParent = (): boolean =>
  process.env.npm_lifecycle_event !== undefined || process.env[LAUNCHER] === String(process.ppid);

/** The arguments that NODE_OPTIONS gives to Node. */
export const nodeOptions = (): string[] => (process.env.NODE_OPTIONS ?? '').split(/\s+/).filter(Boolean);
