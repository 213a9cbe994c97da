import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CallerCheck } from '../../access/caller-check.js';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { afterId, pageOf, type PageQuery } from '../../database/page.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { conflict, forbidden, notFound, ServiceError } from '../../errors/service-error.js';
import { readsWholeAudit } from '../query/reader-check.js';
import type { AuditVerification } from './audit-verification.entity.js';
import { VerificationRows } from './verification-rows.js';
import { VerificationRunner } from './verification-runner.js';
import { VerificationStore } from './verification-store.js';
import { lastOf, listed, toView } from './verification-view.js';
import type { LastVerification, Verification, VerificationList } from './verifications.schema.js';

/**
 * Verifies the audit for those who look at the whole of it. One verification runs at a time, whichever replica was asked, because
 * each reads the whole table.
 */
@Injectable()
export class VerificationsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly callers: CallerCheck,
    private readonly store: VerificationStore,
    private readonly rows: VerificationRows,
    private readonly runner: VerificationRunner,
  ) {}

  /** @throws ServiceError `forbidden`; `conflict` with the `id` of the one that runs */
  async begin(by: Requester, alongside: InTransaction<AuditVerification>): Promise<Verification> {
    assertReadsWholeAudit(by.caller);
    await this.rows.endLost();
    const begun = await this.dataSource.transaction(async (manager) => {
      const caller = await this.callers.present(by, manager);
      assertReadsWholeAudit(caller);
      const added = await this.store.add(manager, caller.userId);
      if (!added) throw running((await this.store.unended(manager))?.id);
      await alongside(manager, added);
      return added;
    });
    this.runner.start(begun);
    return toView(begun);
  }

  /** @throws ServiceError `forbidden` or `validation_failed` */
  async list(caller: Caller, query: PageQuery): Promise<VerificationList> {
    assertReadsWholeAudit(caller);
    await this.rows.endLost();
    const limit = query.limit ?? 50;
    const { rows, nextCursor } = pageOf(await this.store.newest(limit + 1, afterId(query.cursor)), limit);
    return { verifications: rows.map(listed), nextCursor };
  }

  /** @throws ServiceError `forbidden` or `not_found` */
  async get(caller: Caller, id: string): Promise<Verification> {
    assertReadsWholeAudit(caller);
    await this.rows.endLost();
    return toView(await this.found(id));
  }

  /** @throws ServiceError `forbidden`, `not_found`; `conflict` where it has ended */
  async stop(by: Requester, id: string, alongside: InTransaction<AuditVerification>): Promise<void> {
    assertReadsWholeAudit(by.caller);
    const verification = await this.found(id);
    await this.dataSource.transaction(async (manager) => {
      assertReadsWholeAudit(await this.callers.present(by, manager));
      if (!(await this.store.end(id, { state: 'stopped' }, manager)))
        throw conflict('The verification has ended already');
      await alongside(manager, verification);
    });
    this.runner.stop(id);
    await this.rows.ended(id);
  }

  /** The newest one that came to its end. @returns `null` also for those who do not look at the whole audit */
  async last(caller: Caller): Promise<LastVerification> {
    const latest = readsWholeAudit(caller) ? await this.store.latest() : null;
    return latest && lastOf(latest);
  }

  private async found(id: string): Promise<AuditVerification> {
    const verification = await this.store.find(id);
    if (!verification) throw notFound('Verification');
    return verification;
  }
}

function assertReadsWholeAudit(caller: Caller): void {
  if (!readsWholeAudit(caller))
    throw forbidden('Only an auditor or an administrator of the service verifies the audit');
}

const running = (id: string | undefined) =>
  new ServiceError('conflict', 'A verification runs already. Wait for its end, or stop it.', {
    data: { id: id ?? null },
  });
