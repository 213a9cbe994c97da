import type { EntityManager } from 'typeorm';
import type { Role } from '../../access/roles.js';
import type { InvitationView } from './invitation.schema.js';

const COLUMNS = `
  i.id, i.email, i.name, i.role, i.invited_by AS "invitedBy", i.created_at AS "createdAt", i.expires_at AS "expiresAt"`;

/** Whoever invited must still be an administrator: an invitation has no more power than the person who made it. */
const VALID = `
  FROM invitations i JOIN users u ON u.id = i.invited_by AND u.role IN ('admin', 'owner') AND u.is_active
  WHERE i.expires_at > now()`;

/** The account with an address, as an invitation needs it. */
export interface InvitedAccount {
  id: string;
  role: Role;
  isActive: boolean;
  /** Whether somebody who received mails at the address has chosen a password. */
  hasPassword: boolean;
}

/** Adds an invitation in place of the former one of the address, and deletes those that are over. */
export async function replaceInvitation(
  manager: EntityManager,
  { id, email, name, role, invitedBy, createdAt, expiresAt }: InvitationView,
  digest: Buffer,
): Promise<void> {
  await manager.query('DELETE FROM invitations WHERE expires_at <= now()');
  await manager.query(
    `INSERT INTO invitations (id, email, name, role, digest, invited_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (email) DO UPDATE SET id = EXCLUDED.id, name = EXCLUDED.name, role = EXCLUDED.role,
       digest = EXCLUDED.digest, invited_by = EXCLUDED.invited_by, created_at = EXCLUDED.created_at,
       expires_at = EXCLUDED.expires_at`,
    [id, email, name, role, digest, invitedBy, createdAt, expiresAt],
  );
}

export const invitationsAfter = (
  manager: EntityManager,
  after: string | undefined,
  count: number,
): Promise<InvitationView[]> =>
  manager.query(
    `SELECT ${COLUMNS} FROM invitations i WHERE i.expires_at > now() AND ($1::uuid IS NULL OR i.id < $1)
     ORDER BY i.id DESC LIMIT $2`,
    [after ?? null, count],
  );

/** Returns whether who invited may make operators, which an administrator of the default organisation is. */
export async function invitesOperators(
  manager: EntityManager,
  { invitedBy }: InvitationView,
): Promise<boolean> {
  const [by] = await manager.query<{ isOperator: boolean }[]>(
    'SELECT is_operator AS "isOperator" FROM users WHERE id = $1',
    [invitedBy],
  );
  return by?.isOperator === true;
}

/** Finds the invitation of a link. @param lock whether to keep it for this transaction alone */
export async function invitationByDigest(
  manager: EntityManager,
  digest: Buffer,
  lock = false,
): Promise<InvitationView | undefined> {
  const [found] = await manager.query<InvitationView[]>(
    `SELECT ${COLUMNS} ${VALID} AND i.digest = $1 ${lock ? 'FOR UPDATE OF i' : ''}`,
    [digest],
  );
  return found;
}

/** @returns whether there was one */
export async function deleteInvitation(manager: EntityManager, id: string): Promise<boolean> {
  const [, count] = await manager.query<[unknown, number]>('DELETE FROM invitations WHERE id = $1', [id]);
  return count > 0;
}

export async function accountOf(manager: EntityManager, email: string): Promise<InvitedAccount | undefined> {
  const [found] = await manager.query<InvitedAccount[]>(
    `SELECT u.id, u.role, u.is_active AS "isActive", u.email_verified AND EXISTS (
       SELECT FROM accounts a WHERE a.user_id = u.id AND a.provider_id = 'credential' AND a.password IS NOT NULL
     ) AS "hasPassword"
     FROM users u WHERE u.email = $1 AND u.kind = 'person'`,
    [email],
  );
  return found;
}
