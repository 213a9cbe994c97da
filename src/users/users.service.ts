import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
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
import { type Member, membersById, peopleBefore } from './member.js';
import { UserAccounts } from './user-accounts.js';
import { changeUser, insertUser, refuseTakenEmail } from './user-changes.js';

/** Gives access to users on behalf of a caller. Every method checks what that caller may do. */
@Injectable()
export class UsersService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly accounts: UserAccounts,
  ) {}

  /** @throws conflict when the address is taken, and the refusal of a caller whose key is no longer valid */
  create(
    by: Requester,
    input: CreateUserDto,
    alongside: InTransaction<Member> = nothingAlongside,
  ): Promise<Member> {
    return refuseTakenEmail(() =>
      this.changes.transact(by, {}, ({ manager, caller }) =>
        insertUser(manager, caller.organizationId, input, alongside),
      ),
    );
  }

  /** @throws insufficientScope without `users:read` */
  async list(caller: Caller, query: ListUsersQuery): Promise<Page<Member>> {
    assertScopes(caller, 'users:read');
    const limit = query.limit ?? 50;
    const rows = await peopleBefore(this.dataSource.manager, caller.organizationId, {
      before: afterId(query.cursor),
      email: query.email,
      limit: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** @throws insufficientScope without `users:read`, notFound */
  async get(caller: Caller, id: string): Promise<Member> {
    assertScopes(caller, 'users:read');
    const [user] = await membersById(this.dataSource.manager, caller.organizationId, [id]);
    if (user?.kind !== 'person') throw notFound('User');
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
    alongside: InTransaction<Member> = nothingAlongside,
  ): Promise<Member> {
    return this.accounts.notifyAfter(() =>
      this.changes.transact(by, { userIds: [id], admins: true }, ({ manager, caller, users }) => {
        if (users.get(id)?.kind !== 'person') throw notFound('User');
        return changeUser(manager, caller.organizationId, users, id, changes, alongside);
      }),
    );
  }
}
