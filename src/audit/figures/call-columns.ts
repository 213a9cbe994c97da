import { DEFAULT_ORGANIZATION } from '../../access/principal.js';

/**
 * What is counted of a row, in SQL. Rows of what the service noticed by itself are no calls, and an intent is counted with its
 * outcome.
 */
export const CALL = {
  isCall: `outcome <> 'pending' AND action NOT LIKE 'anomaly.%'`,
  /** In the form of the index. */
  organization: `coalesce(organization_id, '${DEFAULT_ORGANIZATION}')`,
  tool: `CASE WHEN reason IS DISTINCT FROM 'unknown_tool' THEN tool END`,
  length: (ends: string) => `width_bucket(duration_ms, ${ends}::float8[])`,
};

/** The columns that tell counted calls apart, beside the hour. */
export const COUNTED_SHAPE = 'organization_id, tool, outcome, reason, length';
