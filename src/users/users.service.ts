import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import { type Caller, isTenant } from '../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import type { Requester } from '../access/requester.js';
import { isAdministrator, type Role } from '../access/roles.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { forbidden, notFound } from '../errors/service-error.js';
import { CallerChanges } from './caller-changes.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { ListUsersQuery } from './dto/list-users.query.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { type Member, membersById, peopleBefore } from './member.js';
import { assertMayActFor, assertOwnsPerson, forgetSignIn } from './person-reach.js';
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
      this.changes.transact(by, {}, ({ manager, caller }) => {
        assertTier(caller, input);
        const all = { ...input, ...powerOf(caller, input) };
        return insertUser(manager, caller.organizationId, all, alongside);
      }),
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
      this.changes.transact(by, { userIds: [id], admins: true }, async ({ manager, caller, users }) => {
        const user = users.get(id);
        if (user?.kind !== 'person') throw notFound('User');
        assertMayActFor(caller, user);
        if (concernsPerson(caller, changes)) await assertOwnsPerson(manager, caller, id);
        if (changes.email !== undefined && changes.email !== user.email) await forgetSignIn(manager, id);
        assertTier(caller, changes);
        const all = { ...changes, ...powerOf(caller, changes, user.role) };
        return changeUser(manager, caller.organizationId, users, id, all, alongside);
      }),
    );
  }
}

/** In the default organisation a user is deactivated as a person, and elsewhere as a member. */
function concernsPerson({ organizationId }: Caller, { isActive, ...changes }: UpdateUserDto): boolean {
  const isOfPerson = organizationId === DEFAULT_ORGANIZATION && isActive !== undefined;
  return (
    isOfPerson || Object.entries(changes).some(([name, value]) => name !== 'role' && value !== undefined)
  );
}

/**
 * An administrator of the default organisation is made an operator with the role, but by operators alone.
 * @param before the role of the user until now
 * @throws ServiceError `forbidden`
 */
function powerOf(
  caller: Caller,
  { role, isOperator }: Pick<UpdateUserDto, 'role' | 'isOperator'>,
  before?: Role,
): Pick<UpdateUserDto, 'isOperator'> {
  if (caller.isOperator) return {};
  if (isOperator !== undefined) throw forbidden('Only an operator makes operators', 'not_operator');
  const isPromoted = role !== undefined && isAdministrator(role) && !isAdministrator(before ?? null);
  return isPromoted && caller.organizationId === DEFAULT_ORGANIZATION ? { isOperator: false } : {};
}

/** What a tier allows is the service's to give. @throws ServiceError `forbidden` */
function assertTier(caller: Caller, { tier }: Pick<UpdateUserDto, 'tier'>): void {
  if (tier !== undefined && isTenant(caller))
    throw forbidden('Only an operator sets the tier of a user', 'not_operator');
}
