import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { scramVerifier } from './scram-verifier.js';

/** Creates the login role that a URL names. Its password is sent in the hashed form that PostgreSQL stores. */
export function createRole(url: string): string {
  const { user, password } = new Client({ connectionString: url });
  const secret = password ? ` PASSWORD ${escapeLiteral(scramVerifier(password))}` : '';
  return `CREATE ROLE ${escapeIdentifier(user!)} LOGIN${secret}`;
}
