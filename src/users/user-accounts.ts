import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';
import type { InTransaction } from '../database/transaction-hook.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
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

  findByEmail(email: string): Promise<User | null> {
    return this.users.findOneBy({ email: email.toLowerCase() });
  }

  hasAdmin(): Promise<boolean> {
    return this.users.existsBy({ role: 'admin' });
  }

  /** Creates a user without a caller, for the first start only. */
  create(input: CreateUserDto, alongside: InTransaction<User>): Promise<User> {
    return refuseTakenEmail(() =>
      this.users.manager.transaction((manager) => insertUser(manager, input, alongside)),
    );
  }

  /** Changes a user without a caller, for the first start only. */
  update(id: string, changes: UpdateUserDto, alongside: InTransaction<User>): Promise<User> {
    return this.notifyAfter(() =>
      this.users.manager.transaction(async (manager) =>
        changeUser(manager, await lockUsers(manager, [id], true), id, changes, alongside),
      ),
    );
  }

  /** Runs a change, and notifies the listeners once it is committed. */
  async notifyAfter(change: () => Promise<User>): Promise<User> {
    const user = await refuseTakenEmail(change);
    for (const listener of this.listeners) listener(user.id);
    return user;
  }
}
