/**
 * SHA-256 of what a row says, as SQL: every column but `node_seq`, which is where the row stands and is attested by its
 * place in a seal. Written out here and not a function of the database, which whoever changes rows could change as well;
 * times as seconds and the duration as its bits, so that no setting of the session matters.
 */
export const contentHash = (row: string): string => `
  pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.json_build_array(
    ${row}.id, extract(epoch FROM ${row}.occurred_at), extract(epoch FROM ${row}.recorded_at), ${row}.node_id,
    ${row}.user_id, ${row}.user_name, ${row}.key_id, ${row}.key_start, ${row}.action, ${row}.tool, ${row}.resource,
    ${row}.targets, ${row}.outcome, ${row}.reason, ${row}.elevated, ${row}.scopes, ${row}.ip, ${row}.user_agent,
    ${row}.request_id, ${row}.trace_id,
    pg_catalog.encode(pg_catalog.float8send(${row}.duration_ms), 'hex'), ${row}.metadata
  )::text, 'UTF8'))`;
