import { Injectable } from '@nestjs/common';
import { auditUnavailable, ServiceError } from '../errors/service-error.js';
import { FailedKeyLimiter } from '../rate-limit/failed-key.limiter.js';
import { auditRecord, type AuditSubject } from './audit-record.js';
import { AuditWriter } from './audit-writer.js';

/** Statuses of a refusal: the handler did not run. */
const REFUSALS = new Set([401, 403, 429]);

/** Where the interceptor and the filter report what happened. Each failure is recorded once. */
@Injectable()
export class AuditTrail {
  private readonly recorded = new WeakSet<object>();

  constructor(
    private readonly writer: AuditWriter,
    private readonly limiter: FailedKeyLimiter,
  ) {}

  /** @throws auditUnavailable when a call could not be recorded, so that it must not run */
  assertRoom(): void {
    if (!this.writer.hasRoom()) throw auditUnavailable();
  }

  succeeded(subject: AuditSubject, durationMs: number): void {
    this.writer.add(auditRecord(subject, 'success', null, durationMs));
  }

  /** A handler ran and failed, or refused by itself. */
  failed(subject: AuditSubject, error: unknown, durationMs: number): void {
    if (typeof error === 'object' && error !== null) this.recorded.add(error);
    const denied = error instanceof ServiceError && error.status === 403;
    this.writer.add(auditRecord(subject, denied ? 'denied' : 'failure', reasonOf(error), durationMs));
  }

  /** A call of a tool that does not exist. */
  unknownTool(subject: AuditSubject): void {
    this.writer.add(auditRecord(subject, 'failure', 'unknown_tool', null));
  }

  /** A caller was refused ahead of the handler. Nothing is recorded for a failure that already was. */
  refused(subject: AuditSubject, error: ServiceError): void {
    if (!REFUSALS.has(error.status) || this.recorded.has(error)) return;
    const identity = subject.request.user ?? error.options.subject;
    if (!subject.request.user && !this.limiter.mayRecord(subject.request.ip, identity?.keyId)) return;
    this.writer.add(auditRecord(subject, 'denied', reasonOf(error), null, identity));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ServiceError) return error.options.reason ?? error.code;
  return 'internal_error';
}
