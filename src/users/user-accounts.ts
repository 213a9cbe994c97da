import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';
import type { InTransaction } from '../database/transaction-hook.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import { type Member, memberByEmail } from './member.js';
import { changeUser, insertUser, refuseTakenEmail } from './user-changes.js';
import { lockUsers } from './user-locks.js';
import { User } from './user.entity.js';

type ChangeListener = (userId: string) => void;

/**
 * Gives access to users without a caller: for the first start, the commands and the cache of keys. Code that acts for
 * a caller uses {@link UsersService}.
 */
@Injectable()
@OutOfReach()
export class UserAccounts {
  private readonly listeners: ChangeListener[] = [];

  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** Calls `listener` after each committed change of a user, so that caches can drop it. */
  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** Finds a member of the default organisation. */
  findByEmail(email: string): Promise<Member | undefined> {
    return memberByEmail(this.users.manager, DEFAULT_ORGANIZATION, email.toLowerCase());
  }

  hasAdmin(): Promise<boolean> {
    return this.users.existsBy({ role: In(['admin', 'owner']) });
  }

  /** Creates a user without a caller, for the first start only. */
  create(input: CreateUserDto, alongside: InTransaction<Member>): Promise<Member> {
    return refuseTakenEmail(() =>
      this.users.manager.transaction((manager) =>
        insertUser(manager, DEFAULT_ORGANIZATION, input, alongside),
      ),
    );
  }

  /** Changes a user without a caller, for the first start only. */
  update(id: string, changes: UpdateUserDto, alongside: InTransaction<Member>): Promise<Member> {
    return this.notifyAfter(() =>
      this.users.manager.transaction(async (manager) => {
        const users = await lockUsers(manager, DEFAULT_ORGANIZATION, [id], true);
        return changeUser(manager, DEFAULT_ORGANIZATION, users, id, changes, alongside);
      }),
    );
  }

  /** Runs a change, and notifies the listeners once it is committed. */
  async notifyAfter(change: () => Promise<Member>): Promise<Member> {
    const user = await refuseTakenEmail(change);
    this.notify(user.id);
    return user;
  }

  /** Notifies the listeners of a committed change of a user, or of what the user may do. */
  notify(userId: string): void {
    for (const listener of this.listeners) listener(userId);
  }
}
