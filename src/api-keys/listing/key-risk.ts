import type { ScopeRisk } from '../../access/scopes.js';

/** From the lowest to the highest. PostgreSQL counts them from 0. */
export const RISKS: readonly ScopeRisk[] = ['low', 'medium', 'high', 'critical'];

/** Is the SQL of the highest risk of the scopes of a key of the alias `k`. An index has it. */
export const RISK = 'api_key_risk(k.scopes)';
