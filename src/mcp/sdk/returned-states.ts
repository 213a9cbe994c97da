import type { ServerContext } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { databaseUnavailable, ServiceError } from '../../errors/service-error.js';
import type { InputState } from '../call/client-input.js';
import { RequestSubjects } from '../registry/request-subjects.js';
import { STATE_SECONDS, StateSeals } from '../call/state-seals.js';
import { UsedRequestStates } from '../call/used-request-states.js';

/** The maximum difference between the clocks of two processes. */
const SKEW_SECONDS = 600;

/**
 * Accepts the states that clients send back, each of them once. A refusal is audited, because no client sends an
 * invalid state by mistake.
 */
@Injectable()
export class ReturnedStates {
  constructor(
    private readonly seals: StateSeals,
    private readonly used: UsedRequestStates,
    private readonly subjects: RequestSubjects,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * @returns the state, or an error when the database cannot say whether it was used @throws ServiceError when it is
   * refused
   */
  async redeem(
    state: string,
    context: ServerContext,
    request: CallerRequest,
  ): Promise<InputState | ServiceError> {
    const kept = await this.seals
      .open(state, context, request)
      .catch((error: Error) => this.refuse(request, 'request_state_invalid', error));
    let isFirst: boolean;
    try {
      isFirst = await this.used.use(kept.id, STATE_SECONDS + SKEW_SECONDS);
    } catch (cause) {
      return databaseUnavailable(cause);
    }
    return isFirst ? kept : this.refuse(request, 'request_state_reused', new Error('used'));
  }

  private async refuse(request: CallerRequest, reason: string, cause: Error): Promise<never> {
    const refusal = new ServiceError('forbidden', 'Invalid or expired requestState', { reason, cause });
    await this.trail.refused(request, refusal, () => {
      const subject = this.subjects.subjectOf(request);
      return { ...subject, metadata: { ...subject.metadata, state: cause.message } };
    });
    throw refusal;
  }
}
