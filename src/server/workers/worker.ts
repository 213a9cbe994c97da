import cluster from 'node:cluster';
import type { Settings } from '../../config/settings.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { LoadedConfig } from '../bouncer-config.js';
import { type RunningService, serveDatabase } from '../http-service.js';
import type { WorkerMessage, WorkerNews, WorkerOrders, WorkerTask } from './messages.js';

/** Talks with the process that runs the workers, from one of them. */
export class Primary {
  tell<Kind extends keyof WorkerNews>(kind: Kind, content: WorkerNews[Kind]): void {
    process.send?.({ kind, content } satisfies WorkerMessage<WorkerNews>);
  }

  /** Waits for an order that follows from what was told. */
  order<Kind extends keyof WorkerOrders>(kind: Kind): Promise<WorkerOrders[Kind]> {
    return new Promise((resolve) => {
      const receive = (message: WorkerMessage<WorkerOrders>) => {
        if (message.kind !== kind) return;
        process.off('message', receive);
        resolve(message.content as WorkerOrders[Kind]);
      };
      process.on('message', receive);
    });
  }

  /** Calls `stop` when that process has ended. By default, Node would end a worker at once, with its rows unwritten. */
  onGone(stop: () => void): void {
    cluster.worker?.once('disconnect', () => {
      cluster.worker!.exitedAfterDisconnect = true;
      stop();
    });
  }
}

/** Starts the service of one worker. It returns when the primary lets it count as ready. */
export async function startWorker(
  primary: Primary,
  settings: Settings,
  config: LoadedConfig,
): Promise<RunningService> {
  const ordered = primary.order('task');
  primary.tell('started', undefined);
  const task = await ordered;
  return serveDatabase(databaseOf(task), settingsFor(task, settings), config, async (admins) => {
    const opened = primary.order('open');
    primary.tell('listening', undefined);
    const { makesFirstAdmin } = await opened;
    return makesFirstAdmin ? admins.ensure() : undefined;
  });
}

const settingsFor = ({ stateSecret }: WorkerTask, { mcp, ...settings }: Settings): Settings => ({
  ...settings,
  mcp: { ...mcp, stateSecret: mcp.stateSecret ?? stateSecret },
});

/** The primary opened the database, and closes it. */
const databaseOf = ({ databaseUrl: url }: WorkerTask): OpenDatabase => ({
  url,
  ownerUrl: url,
  embedded: false,
  close: async () => {},
});
