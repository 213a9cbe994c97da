import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnomalyNotice } from './anomaly-notice.entity.js';
import { AnomalyReports } from './anomaly-reports.js';
import { AnomalyWatch } from './anomaly-watch.js';
import { HabitStore } from './habit-store.js';
import { KeyHabit } from './key-habit.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([KeyHabit, AnomalyNotice])],
  providers: [HabitStore, AnomalyReports, AnomalyWatch],
})
export class AnomaliesModule {}
