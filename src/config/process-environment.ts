const LAUNCHER = 'BOUNCER_LAUNCHER';
const WORKER = 'BOUNCER_WORKER';

/** The environment of a child that stops when this process has gone. */
export const environmentOfChild = (): NodeJS.ProcessEnv => ({
  ...process.env,
  [LAUNCHER]: String(process.pid),
});

/** Whether the parent is the launcher of `bouncer start`, or the shell of npm, pnpm or Yarn. */
export const stopsWithParent = (): boolean =>
  process.env.npm_lifecycle_event !== undefined || process.env[LAUNCHER] === String(process.ppid);

/** What PostgreSQL's client and Node read about connections. */
const OF_CONNECTIONS = /^(PG[A-Z]+|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/;

/** The environment of a child that connects to PostgreSQL and needs no settings. */
export const environmentOfConnections = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => OF_CONNECTIONS.test(name)));

/** The arguments that NODE_OPTIONS gives to Node. */
export const nodeOptions = (): string[] => (process.env.NODE_OPTIONS ?? '').split(/\s+/).filter(Boolean);

/** What the environment of a worker has in addition to that of the process that runs it. */
export const environmentOfWorker = (number: number): NodeJS.ProcessEnv => ({ [WORKER]: String(number) });

/** Which worker this process is, from 1; `undefined`: it is none. */
export const workerNumber = (): number | undefined => Number(process.env[WORKER]) || undefined;
