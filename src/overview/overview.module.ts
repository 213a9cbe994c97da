import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

/** Answers in one look whether all is well. */
@Module({ imports: [HealthModule], controllers: [OverviewController], providers: [OverviewService] })
export class OverviewModule {}
