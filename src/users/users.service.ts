import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, LessThan, type Repository } from 'typeorm';
import { newId } from '../ids/new-id.js';
import { type Alongside, nothingAlongside } from '../database/alongside.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { afterId, type Page, pageOf, type PageQuery } from '../database/page.js';
import { conflict, notFound } from '../errors/service-error.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { User } from './user.entity.js';

type ChangeListener = (userId: string) => void;

/** The accounts that own keys. Changes are for admins; the controller and the scopes see to that. */
@Injectable()
export class UsersService {
  private readonly listeners: ChangeListener[] = [];

  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** Calls `listener` after each committed change of a user, so that what was derived from it can be dropped. */
  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** @throws conflict when the address is taken */
  async create(input: CreateUserDto, alongside: Alongside<User> = nothingAlongside): Promise<User> {
    const user = this.users.create({
      id: newId(),
      email: input.email,
      name: input.name,
      role: input.role ?? 'member',
      tier: input.tier ?? 'development',
      requestsPerMinute: input.requestsPerMinute ?? null,
      isActive: input.isActive ?? true,
    });
    return refuseTakenEmail(() =>
      this.users.manager.transaction(async (manager) => {
        const made = await manager.save(user);
        await alongside(manager, made);
        return made;
      }),
    );
  }

  async list(query: PageQuery): Promise<Page<User>> {
    const limit = query.limit ?? 50;
    const after = afterId(query.cursor);
    const rows = await this.users.find({
      where: after ? { id: LessThan(after) } : {},
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** @throws notFound */
  async get(id: string): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (!user) throw notFound('User');
    return user;
  }

  findByEmail(email: string): Promise<User | null> {
    return this.users.findOneBy({ email: email.toLowerCase() });
  }

  hasAdmin(): Promise<boolean> {
    return this.users.existsBy({ role: 'admin' });
  }

  /** @throws notFound, conflict when the address is taken or no active admin would be left */
  async update(
    id: string,
    changes: UpdateUserDto,
    alongside: Alongside<User> = nothingAlongside,
  ): Promise<User> {
    const user = await refuseTakenEmail(() =>
      this.users.manager.transaction(async (manager) => {
        const admins = await lockActiveAdmins(manager);
        const found = await manager.findOneBy(User, { id });
        if (!found) throw notFound('User');
        const changed = manager.merge(User, found, changes);
        const stays = changed.role === 'admin' && changed.isActive;
        if (!stays && admins.length === 1 && admins[0] === id) {
          throw conflict('This is the last active admin: make another one first');
        }
        const saved = await manager.save(changed);
        await alongside(manager, saved);
        return saved;
      }),
    );
    for (const listener of this.listeners) listener(id);
    return user;
  }
}

/** The ids of the active admins; two changes that each leave one other admin must not leave none together. */
async function lockActiveAdmins(manager: EntityManager): Promise<string[]> {
  const rows = await manager.find(User, {
    select: { id: true },
    where: { role: 'admin', isActive: true },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  return rows.map(({ id }) => id);
}

async function refuseTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict('Another user has this e-mail address');
    throw error;
  }
}
