import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { scramVerifier } from './scram-verifier.js';

/** Makes a role to log in with, as a URL names it. Its password is sent as what PostgreSQL would keep of it. */
export function createRole(url: string): string {
  const { user, password } = new Client({ connectionString: url });
  const secret = password ? ` PASSWORD ${escapeLiteral(scramVerifier(password))}` : '';
  return `CREATE ROLE ${escapeIdentifier(user!)} LOGIN${secret}`;
}
