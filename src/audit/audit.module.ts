import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEvent } from './events/audit-event.entity.js';
import { DevelopmentLog } from './recording/development-log.js';
import { AuditMetadataCheck } from './recording/audit-metadata.check.js';
import { AuditPartitions } from './events/audit-partitions.js';
import { AuditSubjectGuard } from './recording/audit-subject.guard.js';
import { KeyActivity } from './recording/key-activity.js';
import { CallCounts } from './recording/call-counts.js';
import { CallMetrics } from './metrics/call.metrics.js';
import { AuditMetrics } from './metrics/audit.metrics.js';
import { AuditedCalls } from './recording/audited-calls.js';
import { AuditStore } from './writer/audit-store.js';
import { AuditSubjects } from './recording/audit-subjects.js';
import { AuditTrail } from './recording/audit-trail.js';
import { AuditWriter } from './writer/audit-writer.js';
import { AuditController } from './query/audit.controller.js';
import { AuditInterceptor } from './recording/audit.interceptor.js';
import { AuditService } from './query/audit.service.js';
import { AuditDetailsService } from './query/details/audit-details.service.js';
import { SealsController } from './seal-list/seals.controller.js';
import { SealsService } from './seal-list/seals.service.js';
import { AuditVerification } from './verify-jobs/audit-verification.entity.js';
import { VerificationRows } from './verify-jobs/verification-rows.js';
import { VerificationRunner } from './verify-jobs/verification-runner.js';
import { VerificationStore } from './verify-jobs/verification-store.js';
import { VerificationsController } from './verify-jobs/verifications.controller.js';
import { VerificationsService } from './verify-jobs/verifications.service.js';
import { CallCounter } from './figures/call-counter.js';
import { CountedCalls, CountedTo } from './figures/counted-calls.entity.js';
import { CallFiguresService } from './figures/call-figures.service.js';
import { AuditExportController } from './query/export/audit-export.controller.js';
import { AuditExportService } from './query/export/audit-export.service.js';
import { KeyUsage } from './usage/key-usage.entity.js';
import { KeyUsageService } from './usage/key-usage.service.js';
import { ReaderCheck } from './query/reader-check.js';
import { RunningCalls } from './recording/running-calls.js';
import { AuditRetention } from './retention/audit-retention.js';
import { RetentionStatement } from './retention/retention-statement.entity.js';
import { AuditSeal } from './seal/audit-seal.entity.js';
import { AuditSealer } from './seal/audit-sealer.js';
import { SealKeys } from './seal/seal-keys.js';
import { SealStore } from './seal/seal-store.js';
import { NodeLocks } from './writer/spool/node-locks.js';
import { AuditListener } from './query/stream/audit-listener.js';
import { AuditReplay } from './query/stream/audit-replay.js';
import { AuditStreamController } from './query/stream/audit-stream.controller.js';
import { AuditStreamService } from './query/stream/audit-stream.service.js';
import { AuditWebhook } from './webhook/audit-webhook.js';

@Global()
@Module({
  imports: [
    DiscoveryModule,
    TypeOrmModule.forFeature([
      AuditEvent,
      AuditSeal,
      AuditVerification,
      CountedCalls,
      CountedTo,
      KeyUsage,
      RetentionStatement,
    ]),
  ],
  controllers: [
    AuditController,
    AuditExportController,
    AuditStreamController,
    SealsController,
    VerificationsController,
  ],
  providers: [
    AuditService,
    CallCounter,
    AuditDetailsService,
    SealsService,
    VerificationStore,
    VerificationRows,
    VerificationRunner,
    VerificationsService,
    CallFiguresService,
    AuditStore,
    NodeLocks,
    AuditWriter,
    DevelopmentLog,
    CallCounts,
    KeyActivity,
    CallMetrics,
    AuditMetrics,
    AuditTrail,
    AuditSubjects,
    AuditSubjectGuard,
    AuditInterceptor,
    AuditedCalls,
    RunningCalls,
    AuditPartitions,
    AuditMetadataCheck,
    KeyUsageService,
    ReaderCheck,
    AuditExportService,
    AuditListener,
    AuditReplay,
    AuditStreamService,
    AuditWebhook,
    SealKeys,
    SealStore,
    AuditSealer,
    AuditRetention,
  ],
  exports: [
    AuditService,
    CallFiguresService,
    VerificationsService,
    AuditTrail,
    CallCounts,
    KeyActivity,
    AuditWriter,
    AuditSealer,
    AuditSubjects,
    AuditSubjectGuard,
    AuditInterceptor,
    AuditedCalls,
    KeyUsageService,
    AuditWebhook,
    RunningCalls,
  ],
})
export class AuditModule {}
