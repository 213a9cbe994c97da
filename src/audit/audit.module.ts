import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEvent } from './audit-event.entity.js';
import { AuditLines } from './audit-lines.js';
import { AuditMetadataCheck } from './audit-metadata.check.js';
import { AuditPartitions } from './audit-partitions.js';
import { AuditSubjectGuard } from './audit-subject.guard.js';
import { AuditedCalls } from './audited-calls.js';
import { AuditStore } from './audit-store.js';
import { AuditSubjects } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';
import { AuditWriter } from './audit-writer.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditService } from './audit.service.js';
import { AuditExportController } from './export/audit-export.controller.js';
import { AuditExportService } from './export/audit-export.service.js';
import { KeyUsage } from './key-usage.entity.js';
import { KeyUsageService } from './key-usage.service.js';
import { ReaderCheck } from './reader-check.js';
import { RunningCalls } from './running-calls.js';
import { AuditRetention } from './retention/audit-retention.js';
import { RetentionStatement } from './retention/retention-statement.entity.js';
import { AuditSeal } from './seal/audit-seal.entity.js';
import { AuditSealer } from './seal/audit-sealer.js';
import { SealStore } from './seal/seal-store.js';
import { NodeLocks } from './spool/node-locks.js';
import { AuditListener } from './stream/audit-listener.js';
import { AuditReplay } from './stream/audit-replay.js';
import { AuditStreamController } from './stream/audit-stream.controller.js';
import { AuditStreamService } from './stream/audit-stream.service.js';
import { AuditWebhook } from './webhook/audit-webhook.js';

@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([AuditEvent, AuditSeal, KeyUsage, RetentionStatement])],
  controllers: [AuditController, AuditExportController, AuditStreamController],
  providers: [
    AuditService,
    AuditStore,
    NodeLocks,
    AuditWriter,
    AuditLines,
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
    SealStore,
    AuditSealer,
    AuditRetention,
  ],
  exports: [
    AuditTrail,
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
