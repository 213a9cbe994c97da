import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { urlOf } from '../../database/dedicated-connection.js';
import { queryInOrganization } from '../../database/organization/organization-data.js';
import {
  NONE,
  ORGANIZATION_SETTING,
  type OrganizationRef,
  settingOf,
} from '../../database/organization/organization-setting.js';
import { withSessionSettings } from '../../database/session-settings.js';
import { orUnnamed } from '../../database/stale-statement.js';
import type { Statements } from './statements.js';

/** How long a search may take, and each of its statements. */
const SEARCH_MS = 2_000;
/** How many searches are served at the same time. */
export const SEARCHES_AT_ONCE = 6;
const CONNECT_MS = 5_000;
/** Words with fewer trigrams in common are not looked at: most pairs with one mistake have more. */
const LEAST_SIMILARITY = 0.25;
/**
 * There is an index for each statement of a search, and it reads little by it. PostgreSQL would decide otherwise while it has no
 * statistics of documents that were just written.
 */
const SETTINGS = {
  [ORGANIZATION_SETTING]: NONE,
  statement_timeout: `${SEARCH_MS}ms`,
  'pg_trgm.similarity_threshold': String(LEAST_SIMILARITY),
  enable_seqscan: 'off',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
};

/** What a search did until now took too long. */
export class OutOfTime extends Error {}

/**
 * Connections of their own for searches. Each statement has a time limit without a transaction around it, and searches
 * leave the connections of the pool to everything else.
 */
@Injectable()
export class SearchConnections implements OnModuleDestroy {
  private readonly logger = new Logger(SearchConnections.name);
  private readonly pool: Pool;
  /** A statement is prepared once on each connection, under the number of its text. */
  private readonly names = new Map<string, string>();

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.pool = new Pool({
      connectionString: urlOf(dataSource),
      max: SEARCHES_AT_ONCE,
      connectionTimeoutMillis: CONNECT_MS,
      allowExitOnIdle: true,
      ...withSessionSettings(SETTINGS),
    });
    // An idle connection that is lost is replaced; the next search tells whether PostgreSQL is away.
    this.pool.on('error', (error) =>
      this.logger.debug(`A connection for searches was lost: ${String(error)}`),
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.end();
  }

  /**
   * @param of whose documents the statements may see
   * @returns statements that are refused as cancelled once the time of a search is over
   */
  timed(of: OrganizationRef): Statements {
    const organization = settingOf(of);
    const until = Date.now() + SEARCH_MS;
    return {
      query: async <Rows>(text: string, values: unknown[] = []) => {
        if (Date.now() > until) throw new OutOfTime();
        const run = (statement: { name?: string; text: string; values: unknown[] }) =>
          queryInOrganization(this.pool, organization, statement);
        const rows = await orUnnamed(
          () => run({ name: this.nameOf(text), text, values }),
          () => run({ text, values }),
        );
        return rows as Rows;
      },
    };
  }

  private nameOf(text: string): string {
    let name = this.names.get(text);
    if (!name) this.names.set(text, (name = `search_${this.names.size + 1}`));
    return name;
  }
}
