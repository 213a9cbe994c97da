import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import type { Requester } from '../access/requester.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { notFound } from '../errors/service-error.js';
import { CallerChanges } from './caller-changes.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { ListUsersQuery } from './dto/list-users.query.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { UserAccounts } from './user-accounts.js';
import { changeUser, insertUser, refuseTakenEmail } from './user-changes.js';
import { User } from './user.entity.js';

/** Gives access to users on behalf of a caller. Every method checks what that caller may do. */
@Injectable()
export class UsersService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly changes: CallerChanges,
    private readonly accounts: UserAccounts,
  ) {}

  /** @throws conflict when the address is taken, and the refusal of a caller whose key is no longer valid */
  create(
    by: Requester,
    input: CreateUserDto,
    alongside: InTransaction<User> = nothingAlongside,
  ): Promise<User> {
    return refuseTakenEmail(() =>
      this.changes.transact(by, {}, ({ manager }) => insertUser(manager, input, alongside)),
    );
  }

  /** @throws insufficientScope without `users:read` */
  async list(caller: Caller, query: ListUsersQuery): Promise<Page<User>> {
    assertScopes(caller, 'users:read');
    const limit = query.limit ?? 50;
    const after = afterId(query.cursor);
    const rows = await this.users.find({
      where: {
        ...(after !== undefined && { id: LessThan(after) }),
        ...(query.email !== undefined && { email: query.email }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** @throws insufficientScope without `users:read`, notFound */
  async get(caller: Caller, id: string): Promise<User> {
    assertScopes(caller, 'users:read');
    const user = await this.users.findOneBy({ id });
    if (!user) throw notFound('User');
    return user;
  }

  /**
   * @throws notFound, conflict when the address is taken or no active admin would be left, and the refusal of a caller
   * whose key is no longer valid
   */
  update(
    by: Requester,
    id: string,
    changes: UpdateUserDto,
    alongside: InTransaction<User> = nothingAlongside,
  ): Promise<User> {
    return this.accounts.notifyAfter(() =>
      this.changes.transact(by, { userIds: [id], admins: true }, ({ manager, users }) =>
        changeUser(manager, users, id, changes, alongside),
      ),
    );
  }
}
