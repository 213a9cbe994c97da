import { Module } from '@nestjs/common';
import { CallStopsModule } from '../call-stops/call-stops.module.js';
import { HealthModule } from '../health/health.module.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

/** Answers in one look whether all is well. */
@Module({
  imports: [HealthModule, CallStopsModule],
  controllers: [OverviewController],
  providers: [OverviewService],
})
export class OverviewModule {}
