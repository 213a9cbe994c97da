interface CodeEntry {
  /** The HTTP statuses of the code. The first is the default. */
  status: readonly number[];
  /** When clients receive the code, and the members beside it. docs/errors.md has the same text. */
  meaning: string;
}

/**
 * Every value of `code` that a client can receive. The codes are stable, because programs branch on them. The type of a
 * code, the OpenAPI document and the spec of docs/errors.md use this table.
 */
export const ERROR_CODES = {
  missing_api_key: { status: [401], meaning: 'no key was sent' },
  invalid_api_key: {
    status: [401],
    meaning: 'malformed, unknown, expired, revoked or disabled: the answer is the same',
  },
  account_inactive: { status: [403], meaning: "the key's owner is deactivated" },
  ip_not_allowed: { status: [403], meaning: 'the key may not be used from this address' },
  insufficient_scope: { status: [403], meaning: '`missingScopes`, `requiredScopes`' },
  resource_blocked: {
    status: [403],
    meaning: '`resourceKind`: out of reach for agents, whatever their scopes; see `AGENT_DENIED_RESOURCES`',
  },
  secret_in_result: {
    status: [403],
    meaning: '`secretKinds`: it was run, but the answer holds a secret; see `SECRETS_IN_RESULTS`',
  },
  forbidden: {
    status: [403],
    meaning:
      "a handler's own guard refused; or the calling key is bound to addresses, ranks too low, or is an agent's",
  },
  host_not_allowed: { status: [403], meaning: 'see `ALLOWED_HOSTS`' },
  origin_not_allowed: { status: [403], meaning: 'see `ALLOWED_ORIGINS`' },
  not_found: { status: [404], meaning: "no such route or row, or somebody else's row" },
  method_not_allowed: { status: [405], meaning: 'the path has other methods: `Allow`' },
  key_limit_reached: {
    status: [409],
    meaning: 'the owner has as many keys as `API_KEY_MAX_PER_USER` lets',
  },
  idempotency_in_progress: {
    status: [409],
    meaning: 'a request with this `Idempotency-Key` is under way; `Retry-After`',
  },
  idempotency_key_reused: {
    status: [422],
    meaning: 'the `Idempotency-Key` stands for another request of the last 24 hours',
  },
  conflict: { status: [409], meaning: 'the present state forbids it' },
  validation_failed: { status: [400], meaning: '`errors`: a line for each broken rule' },
  invalid_json: { status: [400], meaning: 'the body is not JSON (on `/mcp`: JSON-RPC `-32700`)' },
  bad_request: { status: [400, 414], meaning: 'the request cannot be read' },
  payload_too_large: {
    status: [413],
    meaning:
      'see `BODY_LIMIT_BYTES` and `MCP_BODY_LIMIT_BYTES`; a document with too many different words; a request to listen to too much',
  },
  result_too_large: {
    status: [413],
    meaning: "an MCP handler's result; `bytes`, `maxBytes`, see `MCP_MAX_RESULT_BYTES`",
  },
  input_not_supported: {
    status: [400],
    meaning: 'a handler has to ask, which a 2025 revision carries only with `MCP_SESSIONS_PER_USER`',
  },
  handler_timeout: { status: [504], meaning: '`timeoutSeconds`, see `MCP_HANDLER_TIMEOUT_SECONDS`' },
  unsupported_media_type: { status: [415], meaning: 'send `application/json`' },
  rate_limited: { status: [429], meaning: '`retryAfterSeconds`, `limit`' },
  too_many_streams: {
    status: [429],
    meaning: 'open streams: of the audit 5 of a user and 100 of a process, of `/mcp` 100 and 1,000',
  },
  output_backlog: {
    status: [503],
    meaning: 'it was done, but its answer is not sent: see `OUTPUT_USER_MAX_BYTES`; `Retry-After`',
  },
  internal_error: { status: [500], meaning: 'unexpected; the log has it under `requestId`' },
  audit_unavailable: { status: [503], meaning: 'no room for the audit row, so nothing ran' },
  database_unavailable: { status: [503], meaning: 'PostgreSQL is away' },
  service_unavailable: { status: [503], meaning: 'shutting down' },
} as const satisfies Record<string, CodeEntry>;

/** A value of `code`. */
export type ErrorCode = keyof typeof ERROR_CODES;
