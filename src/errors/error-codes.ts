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
    meaning:
      'the key is malformed, unknown, expired, revoked or disabled, or its agent was retired; the answer is the same for all',
  },
  invalid_session: {
    status: [401],
    meaning: 'the session has ended, was idle for too long, or is unknown; sign in again',
  },
  invalid_token: {
    status: [401],
    meaning:
      'the OAuth token is malformed, expired, revoked, for another resource or of an unknown issuer; the answer is the same for all',
  },
  issuer_unavailable: {
    status: [503],
    meaning:
      'the issuer of the OAuth token does not say its keys now, so the token cannot be verified; `Retry-After`; see `OAUTH_EXTERNAL_ISSUERS`',
  },
  csrf_refused: {
    status: [403],
    meaning:
      'a change with the cookie of a session needs the `Origin` of the service itself; other pages may not make it',
  },
  account_inactive: {
    status: [403],
    meaning: 'the owner of the key, or the person who signed in, is deactivated, or the agent is suspended',
  },
  mfa_required: {
    status: [403],
    meaning:
      'the session was made without the second factor that its person needs; `enrolAt` names where to add one; see `MFA_REQUIRED`',
  },
  ip_not_allowed: { status: [403], meaning: 'the key may not be used from this address' },
  insufficient_scope: {
    status: [403],
    meaning: 'the key lacks a scope that the handler requires; `missingScopes`, `requiredScopes`',
  },
  resource_blocked: {
    status: [403],
    meaning:
      'agents never reach this resource, whatever their scopes; `resourceKind`; see `AGENT_DENIED_RESOURCES`',
  },
  secret_in_result: {
    status: [403],
    meaning: 'the handler ran, but its answer contains a secret; `secretKinds`; see `SECRETS_IN_RESULTS`',
  },
  forbidden: {
    status: [403],
    meaning:
      "a handler's own guard refused, a `requestState` is not valid, or this key may not make the change: it is an agent's, bound to addresses, or not an administrator's",
  },
  host_not_allowed: {
    status: [403],
    meaning: 'the service does not answer to this `Host`; see `ALLOWED_HOSTS`',
  },
  origin_not_allowed: {
    status: [403],
    meaning: 'pages of this `Origin` may not call the service; see `ALLOWED_ORIGINS`',
  },
  not_found: { status: [404], meaning: 'there is no such route or row, or the row belongs to another user' },
  method_not_allowed: {
    status: [405],
    meaning: 'the path has other methods, which the header `Allow` names',
  },
  key_limit_reached: {
    status: [409],
    meaning: 'the owner has as many keys as `API_KEY_MAX_PER_USER` allows',
  },
  agent_limit_reached: {
    status: [409],
    meaning: 'the owner has as many agents as `AGENTS_MAX_PER_OWNER` allows, those below them included',
  },
  idempotency_in_progress: {
    status: [409],
    meaning: 'a request with this `Idempotency-Key` still runs; `Retry-After`',
  },
  idempotency_key_reused: {
    status: [422],
    meaning: 'the `Idempotency-Key` was used for another request in the last 24 hours',
  },
  lease_expired: {
    status: [503],
    meaning:
      'this replica has lost touch with the database and cannot tell which keys are valid; nothing was done; `Retry-After`; see `COHERENCE`',
  },
  call_stopped: {
    status: [409],
    meaning:
      'an administrator has switched the tool off or stopped all calls; the message says why; `until`, or `null`',
  },
  conflict: { status: [409], meaning: 'the request is valid, but the present state does not allow it' },
  validation_failed: { status: [400], meaning: 'the input breaks a rule; `errors` has a line for each' },
  invalid_json: { status: [400], meaning: 'the body is not JSON (on `/mcp`: JSON-RPC `-32700`)' },
  bad_request: { status: [400, 414], meaning: 'the request cannot be read' },
  payload_too_large: {
    status: [413],
    meaning:
      'the body is too large (see `BODY_LIMIT_BYTES`, `MCP_BODY_LIMIT_BYTES`), or a request of `subscriptions/listen` is too long',
  },
  result_too_large: {
    status: [413],
    meaning: 'the result of an MCP handler is too large; `bytes`, `maxBytes`; see `MCP_MAX_RESULT_BYTES`',
  },
  input_not_supported: {
    status: [400],
    meaning:
      'the handler asks the client for input, which a 2025 revision supports only with `MCP_SESSIONS_PER_USER`',
  },
  handler_timeout: {
    status: [504],
    meaning: 'the handler took too long; `timeoutSeconds`; see `MCP_HANDLER_TIMEOUT_SECONDS`',
  },
  unsupported_media_type: {
    status: [415],
    meaning: 'the body must be `application/json`; of an upload, `multipart/form-data`',
  },
  unsupported_document_format: {
    status: [415],
    meaning: 'the uploaded file is of no format that becomes a document; `formats`',
  },
  rate_limited: { status: [429], meaning: 'a limit of calls is reached; `retryAfterSeconds`, `limit`' },
  too_many_streams: {
    status: [429],
    meaning:
      'too many streams are open: of the audit 5 for each user and 100 for each process, of `/mcp` 100 and 1,000',
  },
  output_backlog: {
    status: [503],
    meaning:
      'the call ran, but its answer is not sent, because too much waits to be read; `Retry-After`; see `OUTPUT_USER_MAX_BYTES`',
  },
  internal_error: { status: [500], meaning: 'an unexpected failure; the log has it under `requestId`' },
  audit_unavailable: {
    status: [503],
    meaning:
      'there is no room for the audit row, so nothing ran; or the call ran and its row is not safe yet, as `detail` says',
  },
  database_unavailable: { status: [503], meaning: 'PostgreSQL does not answer' },
  service_unavailable: { status: [503], meaning: 'the service is shutting down' },
} as const satisfies Record<string, CodeEntry>;

/** A value of `code`. */
export type ErrorCode = keyof typeof ERROR_CODES;
