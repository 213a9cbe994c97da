import type { ErrorCode } from '../errors/error-codes.js';
import { ApiKey, ApiKeyList, IssuedApiKey, WrittenApiKey } from './views/api-key.views.js';
import { AuditEventList } from './views/audit-event.views.js';
import { ClientConfigAnswer } from './views/client-config.views.js';
import { Document, DocumentList, SearchAnswer, WrittenDocument } from './views/document.views.js';
import { Health, Liveness, Readiness } from './views/health.views.js';
import { JsonRpcAnswer, JsonRpcError, RegisterRefusal } from './views/mcp.views.js';
import { KeyAccess } from './views/me.views.js';
import { ScopeList } from './views/scope.views.js';
import { KeyUsage } from './views/usage.views.js';
import { User, UserList, WrittenUser } from './views/user.views.js';
import type { View } from './views/view.js';

interface Answer {
  description: string;
  /** Media type -> its schema; `null`: no JSON. Left out: an empty body. */
  content?: Record<string, View | null>;
}

export interface Operation {
  summary: string;
  description?: string;
  /** What success answers with, as JSON. Left out: an empty body. */
  answer?: View;
  /** Status -> answer, for what is no JSON or has more than one: instead of `answer`. */
  answers?: Record<number, Answer>;
  /** A body that the operation takes. */
  body?: Record<string, unknown>;
  /** Codes beyond those that follow from the route itself (key, scopes, body, query, id in the path). */
  errors?: readonly ErrorCode[];
  /** Errors are JSON-RPC errors, not problem details. */
  jsonRpc?: true;
}

const END = '2027-05-01T12:00:00Z';
const RPC_TYPES = { 'application/json': JsonRpcAnswer, 'text/event-stream': null };
const NO_SESSIONS = {
  405: { description: 'There are no sessions here', content: { 'application/json': JsonRpcError } },
};
const ROTATED = 'The new key carries over scopes, list of addresses and metadata.';

/**
 * What cannot be read from the code: the words, the answers and the examples, by `<controller>.<method>`.
 * Path, parameters, body, scopes, success status and most errors come from the routes themselves.
 *
 * A new route needs one line, `'ThingsController.get': { summary: 'A thing', answer: Thing },`, and where its answer is
 * new a view: `export const Thing = view('Thing', z.object({ ... }), { an example });` in `views/thing.views.ts`.
 */
export const OPERATIONS: Record<string, Operation> = {
  'ApiKeysController.create': {
    summary: 'Create a key',
    description: 'The one answer, beside those of rotations, that shows the key itself.',
    answer: IssuedApiKey,
    body: {
      name: 'Assistant',
      scopes: ['documents:read'],
      agent: true,
      expiresAt: END,
      ipAllowlist: ['192.0.2.0/24'],
    },
    errors: ['conflict', 'key_limit_reached'],
  },
  'ApiKeysController.list': { summary: 'List keys, newest first', answer: ApiKeyList },
  'ApiKeysController.get': { summary: 'A key', answer: ApiKey },
  'ApiKeysController.update': {
    summary: 'Change a key',
    answer: WrittenApiKey,
    body: { name: 'Assistant, read only', enabled: true },
    errors: ['conflict'],
  },
  'ApiKeysController.rotate': {
    summary: 'Replace a key by a new one',
    description: ROTATED,
    answer: IssuedApiKey,
    body: { gracePeriodSeconds: 3600 },
    errors: ['conflict'],
  },
  'ApiKeysController.rotateAll': {
    summary: 'Replace all keys of the owner by one',
    description: 'The new key has the scopes of all of them.',
    answer: IssuedApiKey,
    errors: ['conflict'],
  },
  'ApiKeysController.revoke': { summary: 'End a key; its row stays' },

  'UsersController.create': {
    summary: 'Create a user',
    answer: WrittenUser,
    body: { email: 'ada@example.com', name: 'Ada', role: 'member', tier: 'development' },
    errors: ['conflict'],
  },
  'UsersController.list': { summary: 'List users, newest first', answer: UserList },
  'UsersController.get': { summary: 'A user', answer: User },
  'UsersController.update': {
    summary: 'Change a user',
    description: '`isActive: false` stops all of the user’s keys at once. The last active admin stays one.',
    answer: WrittenUser,
    body: { tier: 'paid', requestsPerMinute: null },
    errors: ['conflict'],
  },

  'DocumentsController.create': {
    summary: 'Create a document',
    answer: WrittenDocument,
    body: { title: 'Travel rules', content: 'Trains within the country, ...', filename: 'travel.md' },
  },
  'DocumentsController.list': { summary: 'List documents, newest first', answer: DocumentList },
  'DocumentsController.search': {
    summary: 'Search documents, best first',
    answer: SearchAnswer,
    body: { query: 'travel rules', limit: 10 },
  },
  'DocumentsController.get': { summary: 'A document', answer: Document },
  'DocumentsController.update': {
    summary: 'Change a document',
    answer: WrittenDocument,
    body: { title: 'Travel rules 2027' },
  },
  'DocumentsController.delete': { summary: 'Delete a document' },

  'AuditController.list': {
    summary: 'Read the audit trail, newest first',
    description: 'Auditors and admins see every row, members their own.',
    answer: AuditEventList,
  },
  'AuditExportController.export': {
    summary: 'Take the audit trail away as a file, newest first',
    description:
      'The rows of the list with the same names, without an end to their number. In CSV, items of a list stand between ' +
      "`; `, and a text that a spreadsheet would run begins with `'`. A connection that breaks off: the file is not whole.",
    answers: {
      200: {
        description: 'A file',
        content: { 'application/x-ndjson': null, 'text/csv': null },
      },
    },
  },
  'AuditStreamController.stream': {
    summary: 'Follow the audit trail',
    description:
      'Server-Sent Events: each row of any replica, once it is committed, as `event: audit` with the row of the list as ' +
      '`data` and its `id`. The header `Last-Event-ID` asks for the rows recorded after that one first (1000 at most); rows ' +
      'of the 5 seconds around it may come a second time. `event: gap`: rows may be missing, read the list; ' +
      '`event: overflow`: the client read too slowly; `event: end` names why the service ended the stream.',
    answers: { 200: { description: 'Events', content: { 'text/event-stream': null } } },
    errors: ['too_many_streams'],
  },
  'MeController.describe': { summary: 'Who is calling, and what may they do', answer: KeyAccess },
  'EffectiveController.effective': { summary: 'What a key can do, and why not', answer: KeyAccess },
  'ApiKeyUsageController.usage': { summary: 'What a key was used for, by day and tool', answer: KeyUsage },
  'ScopesController.list': { summary: 'The scopes, and what asks for them', answer: ScopeList },

  'ClientConfigController.get': {
    summary: 'How a client is told of this service',
    description:
      'With `client`: its settings, filled in with this service’s address. Without: which clients there are.',
    answer: ClientConfigAnswer,
  },

  'HealthController.summary': { summary: 'Status and version', answer: Health },
  'HealthController.live': { summary: 'Whether the process answers', answer: Liveness },
  'HealthController.ready': {
    summary: 'Whether calls can be served',
    answers: {
      200: { description: 'Ready', content: { 'application/json': Readiness } },
      503: { description: 'Calls cannot be served now', content: { 'application/json': Readiness } },
    },
  },

  'McpController.post': {
    summary: 'The MCP endpoint',
    description:
      'Streamable HTTP, stateless: a JSON-RPC message of the Model Context Protocol (revisions 2025-03-26 to ' +
      '2026-07-28), answered in the same response. `tools/list` shows the tools that the key may call, with the ' +
      'schemas of their arguments; each tool asks for scopes of its own. The messages are described at ' +
      'modelcontextprotocol.io; errors carry the code of this document as `error.data.code`.',
    answers: {
      200: { description: 'The answer, also where a tool failed (`isError`)', content: RPC_TYPES },
      202: { description: 'A notification was taken' },
      406: { description: 'Accept both types', content: { 'application/json': JsonRpcError } },
    },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
    errors: ['insufficient_scope', 'audit_unavailable'],
    jsonRpc: true,
  },
  'McpController.get': { summary: 'Not for use: no streams', answers: NO_SESSIONS, jsonRpc: true },
  'McpController.delete': { summary: 'Not for use: no sessions', answers: NO_SESSIONS, jsonRpc: true },
  'RegisterController.refuse': {
    summary: 'Not for use: this service has no OAuth',
    description: 'Tells people whose MCP client tries to register that it needs a key.',
    answers: { 400: { description: 'Always', content: { 'application/json': RegisterRefusal } } },
  },

  'DocsController.page': {
    summary: 'This document for people',
    answers: { 200: { description: 'A page', content: { 'text/html': null } } },
  },
  'DocsController.document': {
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': null } } },
  },
  'DocsController.asset': {
    summary: "A part of the page's own program",
    answers: {
      200: {
        description: 'A file',
        content: { 'text/javascript': null, 'text/css': null, 'image/png': null, 'text/plain': null },
      },
    },
  },
};
