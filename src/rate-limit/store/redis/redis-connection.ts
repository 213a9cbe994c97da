import type { RedisClientType, RedisClusterType } from 'redis';
import { within } from '../../../common/timeouts.js';
import { CHARGE_SCRIPT, CHARGE_SCRIPT_SHA } from './charge-script.js';

/** A connection is opened within this time. It is longer than a command, because TLS needs several round trips. */
const OPEN_MS = 2_000;

/** Runs the script on a Redis, a Valkey, or a cluster of either. It never connects again: a lost one is replaced. */
export class RedisConnection {
  private constructor(
    private readonly client: RedisClientType | RedisClusterType,
    /** Whether the keys of one run of the script must share a slot. */
    readonly isCluster: boolean,
  ) {}

  /** @throws Error when there is no Redis that answers, or it refuses the credentials */
  static async open(url: string): Promise<RedisConnection> {
    // It is loaded only where it is used.
    const { createClient, createCluster } = await import('redis');
    const options = {
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      // Each command would get a timer of its own. The store has one for a batch.
      commandOptions: { timeout: 0 },
      socket: { reconnectStrategy: false, connectTimeout: OPEN_MS },
    } as const;
    const single = createClient({ url, RESP: 2, ...options });
    // Every command that fails is told apart. Without a listener an error would end the process.
    single.on('error', () => undefined);
    try {
      await within(OPEN_MS, single.connect());
      const info = await within(OPEN_MS, single.info('cluster').catch(emptyIfForbidden));
      if (!/^cluster_enabled:1/m.test(info)) return new RedisConnection(single as never, false);
    } catch (error) {
      if (single.isOpen) single.destroy();
      throw error;
    }
    const { username, password } = single.options;
    single.destroy();
    const cluster = createCluster({
      rootNodes: [{ url }],
      RESP: 2,
      defaults: {
        ...options,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        socket: { ...options.socket, ...(url.startsWith('rediss:') && { tls: true }) },
      },
    });
    cluster.on('error', () => undefined);
    try {
      await within(OPEN_MS, cluster.connect());
      return new RedisConnection(cluster as never, true);
    } catch (error) {
      destroyCluster(cluster as never);
      throw error;
    }
  }

  /**
   * Runs the script. It is sent once more only when Redis did not know it, and so did not run it.
   * @param keys in a cluster all of one slot
   */
  async charge(keys: readonly string[], argument: string): Promise<unknown> {
    const rest = [String(keys.length), ...keys, argument];
    try {
      return await this.send(keys[0]!, ['EVALSHA', CHARGE_SCRIPT_SHA, ...rest]);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.send(keys[0]!, ['EVAL', CHARGE_SCRIPT, ...rest]);
    }
  }

  /** Calls back once when the connection is lost. */
  onceLost(lost: (error: Error) => void): void {
    this.client.once('terminated', lost);
  }

  close(): void {
    if (this.isCluster) destroyCluster(this.client as RedisClusterType);
    else if (this.client.isOpen) this.client.destroy();
  }

  private send(key: string, words: string[]): Promise<unknown> {
    return this.isCluster
      ? (this.client as RedisClusterType).sendCommand(key, false, words)
      : (this.client as RedisClientType).sendCommand(words);
  }
}

/** A Redis whose permissions hide this part of `INFO` is taken for a single one. */
function emptyIfForbidden(error: Error): string {
  if (error.message.startsWith('NOPERM')) return '';
  throw error;
}

function destroyCluster(cluster: RedisClusterType): void {
  try {
    cluster.destroy();
  } catch {
    // A part of it is closed already.
  }
}
