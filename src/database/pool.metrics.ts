import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { gauge, MetricSources } from '../common/metric-sources.js';
import { poolOf } from './pool.js';

/** Makes metrics of the pool of connections to PostgreSQL. */
@Injectable()
export class PoolMetrics {
  constructor(sources: MetricSources, @InjectDataSource() dataSource: DataSource) {
    sources.add(() => {
      const pool = poolOf(dataSource);
      return [
        gauge('bouncer_database_connections', 'Connections to PostgreSQL', pool.totalCount),
        gauge('bouncer_database_idle_connections', 'Connections that nothing uses', pool.idleCount),
        gauge('bouncer_database_max_connections', 'The most connections of this process', pool.options.max),
        gauge('bouncer_database_waiting', 'What waits for a connection', pool.waitingCount),
      ];
    });
  }
}
