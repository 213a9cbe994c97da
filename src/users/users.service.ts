import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import type { Requester } from '../access/requester.js';
import { isAdministrator, type Role } from '../access/roles.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { conflict, forbidden, notFound } from '../errors/service-error.js';
import { CallerChanges } from './caller-changes.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { ListUsersQuery } from './dto/list-users.query.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { type Member, membersById, peopleBefore } from './member.js';
import { assertOwnsPerson, assertReachesOperator } from './person-reach.js';
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
        insertUser(manager, caller.organizationId, { ...input, ...powerOf(caller, input) }, alongside),
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
      this.changes.transact(by, { userIds: [id], admins: true }, async ({ manager, caller, users }) => {
        const user = users.get(id);
        if (user?.kind !== 'person') throw notFound('User');
        assertReachesOperator(caller, user);
        if (concernsPerson(caller, changes)) await assertOwnsPerson(manager, caller, id);
        if (changes.isOperator === false) await assertOtherOperator(manager, id);
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

async function assertOtherOperator(manager: EntityManager, id: string): Promise<void> {
  const others = await manager.query<unknown[]>(
    'SELECT FROM users WHERE is_operator AND is_active AND id <> $1 LIMIT 1 FOR SHARE',
    [id],
  );
  if (others.length === 0) throw conflict('This is the last active operator: make another one first');
}
