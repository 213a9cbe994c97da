import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { CallerRequest } from '../../access/caller.js';
import { OutOfReach } from '../../access/out-of-reach.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { conflict } from '../../errors/service-error.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { PAGES } from '../pages/page-paths.js';
import { linkOfInactive, linkOver } from './link-errors.js';
import { digestOf, makeSecret } from './one-time-secret.js';
import { hashPassword } from './password-hashes.js';
import { Passwords } from './passwords.js';

const LIFE_MINUTES = 60;

/** A link by which a person chooses a password, once. */
export interface PasswordLink {
  /** The path, with the secret. */
  path: string;
  expiresAt: Date;
}

/** The person whom a link is for. */
export interface LinkOwner {
  id: string;
  email: string;
  name: string;
  isActive: boolean;
}

/**
 * Makes links by which an administrator chooses a password without a mail. Only whoever runs the service gets one: from the
 * first start, or from `bouncer users link`. A new link of a person voids the former one.
 *
 * @example
 * ```ts
 * const { path, expiresAt } = await links.issueFor('ada@example.com', 'users:link');
 * ```
 */
@Injectable()
@OutOfReach()
export class PasswordLinks {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserAccounts,
    private readonly passwords: Passwords,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * @param by the part of the service that makes it, for the audit row
   * @throws conflict where no active user has the address
   */
  async issueFor(email: string, by: string): Promise<PasswordLink> {
    const user = await this.users.findByEmail(email);
    if (!user) throw conflict(`No user has the e-mail address ${email}`);
    if (!user.isActive) throw conflict(`${email} is deactivated: activate the user first`);
    return this.issue(user.id, by);
  }

  /** @param by the part of the service that makes it, for the audit row */
  issue(userId: string, by: string): Promise<PasswordLink> {
    const secret = makeSecret();
    const change = { action: 'password_link.create', resourceKind: 'user' };
    return this.trail.changeBySystem(by, change, (audit) =>
      this.dataSource.transaction(async (manager) => {
        const [row] = await manager.query<{ expiresAt: Date }[]>(
          `INSERT INTO password_links (user_id, digest, expires_at)
           VALUES ($1, $2, now() + make_interval(mins => $3))
           ON CONFLICT (user_id) DO UPDATE SET digest = EXCLUDED.digest, expires_at = EXCLUDED.expires_at
           RETURNING expires_at AS "expiresAt"`,
          [userId, digestOf(secret), LIFE_MINUTES],
        );
        const { expiresAt } = row!;
        await audit(() => ({ id: userId, metadata: { expiresAt } }))(manager, undefined);
        return { path: `${PAGES.oneTimeLink}?secret=${secret}`, expiresAt };
      }),
    );
  }

  /** Returns whom a link is for. @throws ServiceError where it is not valid */
  async ownerOf(secret: string): Promise<LinkOwner> {
    return this.find(this.dataSource.manager, secret);
  }

  /**
   * Sets a password by a link, which is used up then. Of several who do so at once, one succeeds.
   * @throws ServiceError where the link is not valid
   */
  async use(request: CallerRequest, secret: string, password: string): Promise<LinkOwner> {
    await this.ownerOf(secret);
    const hash = await hashPassword(password);
    const change = { request, action: 'password_link.use', resourceKind: 'user' };
    return this.trail.changeBy(change, (audit) =>
      this.dataSource.transaction(async (manager) => {
        const owner = await this.find(manager, secret, 'FOR UPDATE OF l');
        await this.passwords.set(manager, owner.id, hash);
        await audit<LinkOwner>(({ id }) => ({ id }))(manager, owner);
        return owner;
      }),
    );
  }

  private async find(
    manager: EntityManager,
    secret: string,
    lock: '' | 'FOR UPDATE OF l' = '',
  ): Promise<LinkOwner> {
    const [owner] = await manager.query<LinkOwner[]>(
      `SELECT u.id, u.email, u.name, u.is_active AS "isActive" FROM password_links l JOIN users u ON u.id = l.user_id
       WHERE l.digest = $1 AND l.expires_at > now() ${lock}`,
      [digestOf(secret)],
    );
    if (!owner) throw linkOver('link_not_valid');
    if (!owner.isActive) throw linkOfInactive();
    return owner;
  }
}
