// Lists typical queries of the audit, and measures a page of 100 rows of each through the service.
import { DEFAULT_ORGANIZATION } from '../dist/access/principal.js';
import { ScopeSet } from '../dist/access/scope-set.js';
import { AuditService } from '../dist/audit/query/audit.service.js';
import { AuditEvent } from '../dist/audit/events/audit-event.entity.js';
import { DAYS, TENANTS, uuidLike } from './audit-rows.mjs';

/** Somebody who sees the rows of one organisation. */
const auditorOf = (organizationId) => ({
  role: 'auditor',
  organizationId,
  isOperator: false,
  scopes: ScopeSet.of('auditor', ['audit:read']),
});
/** Somebody who sees their own rows, and those of the agents that act for them. */
const memberOf = (organizationId, userId) => ({ ...auditorOf(organizationId), role: 'member', userId });
const at = (daysAgo, hours = 0) =>
  new Date(Date.now() - daysAgo * 86_400_000 + hours * 3_600_000).toISOString();
const hour = { from: at(30), to: at(30, 1) };
const user = (who) => uuidLike(`user${who}`);
const cursor = (daysAgo) =>
  Buffer.from(
    `${(Date.now() - daysAgo * 86_400_000)
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7000-8000-000000000000`,
  ).toString('base64url');
const ABSENT = '01900000-0000-7000-8000-000000000000';
/** Begins at about the middle of the rows. */
const DEEP = { cursor: cursor(DAYS / 2) };
const OLDEST = { cursor: cursor(DAYS - 2) };
const tenant = (number) => uuidLike(`organization${number}`);
const client = (number) => `https://client.example/${number}/metadata.json`;
const document = `document:${uuidLike('document77')}`;

/**
 * User 0 has the most rows (6 %) and user 3000 has about 250. `reports_export` is 1 row in 100,000, and
 * `documents_list` is never refused. Tenant 0 has 0.3 % of the rows, and the last one 1 in 20,000. Without `of`, the reader
 * is an auditor of the default organisation, which has the other nine tenths. Each fifth user is an agent of the one four before. With
 * `by`, the reader is that member.
 */
const QUESTIONS = {
  'no filter': {},
  'no filter, deep': DEEP,
  userId: { userId: user(0) },
  'userId, few rows': { userId: user(3000) },
  'userId, absent': { userId: ABSENT },
  'userId, deep': { userId: user(0), ...DEEP },
  keyId: { keyId: uuidLike('key3000-1') },
  'keyId, absent': { keyId: ABSENT },
  keyName: { keyName: 'Laptop' },
  'keyName, rare': { keyName: 'Build server' },
  'keyName, absent': { keyName: 'nothing' },
  clientId: { clientId: client(0) },
  'clientId, few rows': { clientId: client(490) },
  'clientId, absent': { clientId: 'nothing' },
  actor: { actor: user(0) },
  'actor, of 1 in 500': { actor: user(50) },
  'actor, few rows': { actor: user(3000) },
  'actor, absent': { actor: ABSENT },
  'actor, deep': { actor: user(0), ...DEEP },
  'actor and tool': { actor: user(50), tool: 'documents_delete' },
  'actor and denied': { actor: user(0), outcome: 'denied' },
  member: { by: user(0) },
  'member, of 1 in 500': { by: user(50) },
  'member, few rows': { by: user(3000) },
  'member without agents': { by: user(51) },
  'member, deep': { by: user(50), ...DEEP },
  "member, an agent's rows": { by: user(50), userId: user(54) },
  "member, another's rows": { by: user(50), userId: user(1) },
  'member and denied': { by: user(50), outcome: 'denied' },
  tool: { tool: 'documents_search' },
  'tool, rare': { tool: 'reports_export' },
  'tool, rare, deep': { tool: 'reports_export', ...DEEP },
  'tool, absent': { tool: 'nothing' },
  action: { action: 'tools/call' },
  'action, rare': { action: 'api_key.create' },
  'action, absent': { action: 'nothing' },
  'outcome success': { outcome: 'success' },
  'outcome denied': { outcome: 'denied' },
  'outcome denied, oldest': { outcome: 'denied', ...OLDEST },
  'outcome pending': { outcome: 'pending' },
  reason: { reason: 'insufficient_scope' },
  'reason, absent': { reason: 'nothing' },
  'tool and reason that never meet': { tool: 'documents_list', reason: 'insufficient_scope' },
  resource: { resource: document },
  'resource, absent': { resource: 'document:none' },
  'an hour': hour,
  'an hour, denied': { ...hour, outcome: 'denied' },
  'an hour, user': { ...hour, userId: user(0) },
  'an hour, rare tool': { ...hour, tool: 'reports_export' },
  'an hour, tool': { ...hour, tool: 'documents_update' },
  'an hour, absent action': { ...hour, action: 'nothing' },
  'an hour, resource': { ...hour, resource: document },
  'an hour in no partition': { from: at(4000), to: at(4000, 1) },
  'user and denied': { userId: user(0), outcome: 'denied' },
  'user and rare tool': { userId: user(0), tool: 'reports_export' },
  'user and tool, deep': { userId: user(0), tool: 'documents_delete', ...DEEP },
  'user and absent action': { userId: user(0), action: 'nothing' },
  'key and denied': { keyId: uuidLike('key0-1'), outcome: 'denied' },
  'tool and denied': { tool: 'documents_delete', outcome: 'denied' },
  'tool and denied, absent': { tool: 'documents_list', outcome: 'denied' },
  'action and denied, rare': { action: 'api_key.create', outcome: 'denied' },
  'action and tool that never meet': { action: 'document.list', tool: 'documents_search' },
  'resource and denied': { resource: document, outcome: 'denied' },
  'user and resource': { userId: user(0), resource: document },
  'organisation, most rows of others': { of: tenant(0) },
  'organisation, few rows': { of: tenant(TENANTS - 1) },
  'organisation, few rows, deep': { of: tenant(TENANTS - 1), ...DEEP },
  'organisation, absent': { of: ABSENT },
  'organisation and denied': { of: tenant(0), outcome: 'denied' },
  'organisation, few rows, and tool': { of: tenant(TENANTS - 1), tool: 'documents_search' },
  'organisation and rare tool': { of: tenant(0), tool: 'reports_export' },
  'organisation and user': { of: tenant(0), userId: user(0) },
  'all at once': {
    userId: user(0),
    keyId: uuidLike('key0-1'),
    tool: 'documents_get',
    action: 'tools/call',
    outcome: 'denied',
    ...hour,
  },
};

/** @returns the queries whose p95 is over `bound` */
export async function ask(dataSource, rounds, bound, explain) {
  const service = new AuditService(dataSource.getRepository(AuditEvent));
  const slow = [];
  for (const [name, { of = DEFAULT_ORGANIZATION, by, ...query }] of Object.entries(QUESTIONS)) {
    const reader = by === undefined ? auditorOf(of) : memberOf(of, by);
    const times = [];
    let rows = 0;
    for (let round = -2; round < rounds; round++) {
      const start = performance.now();
      rows = (await service.list(reader, { limit: 100, ...query })).rows.length;
      if (round >= 0) times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const p = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
    if (p(0.95) > bound) slow.push(name);
    console.log(
      `${name.padEnd(34)} ${String(rows).padStart(4)} rows  p50 ${p(0.5).toFixed(1).padStart(8)} ms  p95 ${p(0.95).toFixed(1).padStart(8)} ms${p(0.95) > bound ? '  <-- over the bound' : ''}`,
    );
    if (explain) console.log(await plan(dataSource, service, reader, query));
  }
  return slow;
}

/** Returns the plan of the statement that the service really sends. */
async function plan(dataSource, service, reader, query) {
  const statements = [];
  const logger = dataSource.logger;
  dataSource.logger = {
    ...logger,
    logQuery: (sql, values) => statements.push([sql, values]),
    logQueryError() {},
    logQuerySlow() {},
    logSchemaBuild() {},
    logMigration() {},
    log() {},
  };
  await service.list(reader, { limit: 100, ...query });
  dataSource.logger = logger;
  const plans = [];
  for (const [sql, values] of statements) {
    const lines = await dataSource.query(
      `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) ${sql}`,
      values,
    );
    plans.push(lines.map((line) => `    ${line['QUERY PLAN']}`).join('\n'));
  }
  return plans.join('\n');
}
