import { Global, Module } from '@nestjs/common';
import { MetricSources } from '../common/metric-sources.js';
import { Exposition } from './exposition.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics-server.js';

/** Is global, so that every module can inject {@link MetricSources}. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [MetricSources, Exposition, MetricsServer],
  exports: [MetricSources, MetricsServer],
})
export class MetricsModule {}
