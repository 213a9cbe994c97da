import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { IssuedApiKey } from '../api-keys/api-key.views.js';
import { FirstKeys } from '../api-keys/first-keys.js';
import { AuditTrail } from '../audit/recording/audit-trail.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type PasswordLink, PasswordLinks } from '../identity/links/password-links.js';
import { UserAccounts } from '../users/user-accounts.js';

/** The number of the advisory lock for the first admin. Any number serves that all replicas share and the migrations do not use. */
const LOCK = 7_266_313;
const KEY_NAME = 'First admin';
/** The screen of the console for a new service. */
const FIRST_STEPS = '/console/start';
/** The part of a user that is needed here. */
interface Owner {
  id: string;
}

const ADMIN = { role: 'admin', isActive: true } as const;

/** The first admin. `key` is set only where it was generated, to be shown once. */
export interface FirstAdmin {
  email: string;
  key?: string;
  expiresAt: Date | null;
  /** By it the admin chooses a password, once. It is there only beside a new key of a new admin. */
  link?: PasswordLink;
}

/** Ensures that an admin with a key exists. */
@Injectable()
export class FirstAdminService {
  private readonly logger = new Logger(FirstAdminService.name);

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly users: UserAccounts,
    private readonly keys: FirstKeys,
    private readonly links: PasswordLinks,
    private readonly trail: AuditTrail,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /**
   * Creates an admin with a key where no admin exists. A new key in BOOTSTRAP_ADMIN_KEY is also added to an existing admin with
   * the address BOOTSTRAP_ADMIN_EMAIL, so that an operator can regain access. A revoked key stays revoked.
   */
  async ensure(): Promise<FirstAdmin | undefined> {
    const { email, key: given } = this.settings.bootstrapAdmin;
    // The lock lets one of several replicas that start on an empty database create the admin.
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      return this.ensureAlone(email, given);
    });
  }

  private async ensureAlone(email: string, given: string | undefined): Promise<FirstAdmin | undefined> {
    const first = !(await this.users.hasAdmin());
    if (!first && (given === undefined || (await this.keys.isKnown(given)))) return undefined;
    const known = await this.users.findByEmail(email);
    if (!first && known?.role !== 'admin') {
      this.logger.warn(
        'BOOTSTRAP_ADMIN_KEY is not used: there are admins, and BOOTSTRAP_ADMIN_EMAIL is none of them',
      );
      return undefined;
    }
    const user = await this.makeAdmin(email, known);
    const { row, raw } = await this.issueKey(user, given);
    const { expiresAt } = row;
    // Whoever gives the key wants no secret in the output of the service. `bouncer users link` makes a link then.
    if (given !== undefined) return { email, expiresAt };
    return { email, expiresAt, key: raw, link: await this.linkFor(user) };
  }

  /** The console leads on whoever has chosen a password. */
  private async linkFor({ id }: Owner): Promise<PasswordLink> {
    const link = await this.links.issue(id, 'bootstrap');
    if (!this.settings.console.isServed) return link;
    return { ...link, path: `${link.path}&next=${encodeURIComponent(FIRST_STEPS)}` };
  }

  private makeAdmin(email: string, known: Owner | undefined): Promise<Owner> {
    const action = known ? 'user.update' : 'user.create';
    return this.trail.changeBySystem('bootstrap', { action, resourceKind: 'user' }, (audit) => {
      const row = audit<Owner>(({ id }) => ({ id, metadata: { changes: ADMIN } }));
      return known
        ? this.users.update(known.id, ADMIN, row)
        : this.users.create({ email, name: 'Admin', ...ADMIN }, row);
    });
  }

  private issueKey({ id: userId }: Owner, given: string | undefined): Promise<IssuedApiKey> {
    const key = { userId, name: KEY_NAME, scopes: ['admin'] };
    return this.trail.changeBySystem(
      'bootstrap',
      { action: 'api_key.create', resourceKind: 'api_key' },
      (audit) =>
        this.keys.issue(
          key,
          given,
          audit(({ row: { id } }) => ({ id, metadata: { changes: key } })),
        ),
    );
  }
}
