/** A row of `audit_events`, as it is stored. */
export interface AuditRow {
  id: string;
  user_id: string | null;
  key_id: string | null;
  key_start: string | null;
  action: string;
  tool: string | null;
  resource: string | null;
  outcome: string;
  reason: string | null;
  elevated: boolean;
  scopes: string[];
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  duration_ms: number | null;
  metadata: Record<string, unknown>;
  organization_id: string | null;
  key_name: string | null;
  client_id: string | null;
  actors: string[] | null;
}
