import { isInputRequiredResult } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { AuditSubjects } from '../../../audit/recording/audit-subjects.js';
import { InjectSettings } from '../../../config/settings.module.js';
import type { Settings } from '../../../config/settings.js';
import { ServiceError } from '../../../errors/service-error.js';
import type { FoundSecret } from '../../../secrets/found-secret.js';
import { maskSecrets } from '../../../secrets/mask-secrets.js';
import { findSecrets } from '../../../secrets/secret-finder.js';
import { describeTarget } from '../call-target.js';
import type { SerializedResult } from './serialized-result.js';
import type { McpCall } from '../mcp-call.js';

/**
 * Keeps secrets out of answers to agents. `SECRETS_IN_RESULTS` decides whether they are masked or the answer is
 * refused.
 */
@Injectable()
export class ResultSecrets {
  private readonly mode: Settings['mcp']['secretsInResults'];

  constructor(
    private readonly subjects: AuditSubjects,
    @InjectSettings() { mcp }: Settings,
  ) {
    this.mode = mcp.secretsInResults;
  }

  /**
   * @returns the result to send; the audit row notes what was masked
   * @throws ServiceError `secret_in_result` when the answer is refused
   */
  clean(call: McpCall, returned: unknown, result: SerializedResult): SerializedResult {
    if (this.mode === 'off') return result;
    const { json, distinctJson: said } = result;
    // Most results have no secret. A structured result repeats its content, so this first search reads the content
    // once.
    if (findSecrets(said).length === 0) return result;
    const found = withoutState(json, returned, findSecrets(json));
    if (found.length === 0) return result;
    const told = summaryOf(json, found);
    this.subjects.note(call, this.mode === 'mask' ? { masked: told } : { withheld: told });
    if (this.mode === 'refuse') throw secretInResult(call, told.kinds);
    return result.withJson(maskSecrets(json, found));
  }

  /**
   * Masks secrets in errors and in messages before the answer. They are masked with `refuse` as well, because a
   * masked text still helps the client.
   */
  cleanMessage<T>(message: T): T {
    if (this.mode === 'off') return message;
    const json = JSON.stringify(message);
    const found = json === undefined ? [] : findSecrets(json);
    return found.length === 0 ? message : (JSON.parse(maskSecrets(json, found)) as T);
  }
}

/** Ignores the request state, which is sealed by this service and useless to anybody else. */
function withoutState(
  json: string,
  returned: unknown,
  found: readonly FoundSecret[],
): readonly FoundSecret[] {
  if (found.length === 0 || !isInputRequiredResult(returned) || !returned.requestState) return found;
  const state = JSON.stringify(returned.requestState);
  const from = json.lastIndexOf(state);
  return found.filter(({ start }) => start < from || start >= from + state.length);
}

/** Counts the different secrets. A structured result contains each twice, the second time with doubled escapes. */
function summaryOf(json: string, found: readonly FoundSecret[]): { count: number; kinds: string[] } {
  const texts = found.map(({ start, end }) => json.slice(start, end).replace(/\\+[nrt]/g, '\n'));
  const kinds = [...new Set(found.map(({ kind }) => kind))].sort();
  return { count: new Set(texts).size, kinds };
}

const secretInResult = ({ target }: McpCall, kinds: string[]) =>
  new ServiceError(
    'secret_in_result',
    `The ${describeTarget(target)} was run, but what it answers holds a secret (${kinds.join(', ')}) and is not sent. Ask for something that holds none`,
    { data: { secretKinds: kinds } },
  );
