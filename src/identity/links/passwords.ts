import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { newId } from '../../common/new-id.js';
import { endGrantsOf } from '../../users/end-grants.js';

const SET = `
  INSERT INTO accounts (id, account_id, provider_id, user_id, password, updated_at)
  VALUES ($1, $2::text, 'credential', ($2::text)::uuid, $3, now())
  ON CONFLICT (provider_id, account_id) DO UPDATE SET password = EXCLUDED.password, updated_at = now()`;

/** A new password voids the links of mails for another one, and sign-ins that wait for their second step. */
export const VOID_OPEN_LINKS = 'DELETE FROM verifications WHERE value = $1';

/** Sets passwords where a one-time link of the service, and not of the library, proves the right to. */
@Injectable()
export class Passwords {
  /**
   * Sets the password of a user within the transaction of `manager`. The address counts as verified, because the link came
   * to it, or from whoever runs the service. All sessions end, and what programs may do for the person.
   */
  async set(manager: EntityManager, userId: string, hash: string): Promise<void> {
    await manager.query(SET, [newId(), userId, hash]);
    await manager.query('UPDATE users SET email_verified = true WHERE id = $1 AND NOT email_verified', [
      userId,
    ]);
    await manager.query('DELETE FROM sessions WHERE user_id = $1', [userId]);
    await manager.query('DELETE FROM password_links WHERE user_id = $1', [userId]);
    await manager.query(VOID_OPEN_LINKS, [userId]);
    await endGrantsOf(manager, userId);
  }
}
