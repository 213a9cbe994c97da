import type { FirstAdmin } from '../../first-admin/first-admin.service.js';

/** What the process that runs the workers gives to each of them. */
export interface WorkerTask {
  /** The URL of the service's role. The database is open, and its schema up to date. */
  databaseUrl: string;
  /** The secret of `MCP_STATE_SECRET`, where no setting says it. */
  stateSecret: string | undefined;
}

interface Serving {
  /** The address that clients use, without a trailing slash. */
  url: string;
  firstAdmin: FirstAdmin | undefined;
}

/** What a worker says, in this order, with the content of each message. */
export interface WorkerNews {
  /** Its program runs, and it waits for its task. */
  started: undefined;
  /** It accepts requests, and waits for the word to count as ready. */
  listening: undefined;
  serving: Serving;
}

/** What a worker is told, in this order, with the content of each message. */
export interface WorkerOrders {
  task: WorkerTask;
  open: { makesFirstAdmin: boolean };
}

/** A message of one side. They are sent as structured clones, which keep dates. */
export interface WorkerMessage<Kinds, Kind extends keyof Kinds = keyof Kinds> {
  kind: Kind;
  content: Kinds[Kind];
}
