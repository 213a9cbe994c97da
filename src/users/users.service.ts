import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, LessThan, type Repository } from 'typeorm';
import { newId } from '../ids/new-id.js';
import type { Requester } from '../access/requester.js';
import { type Alongside, nothingAlongside } from '../database/alongside.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { afterId, type Page, pageOf, type PageQuery } from '../database/page.js';
import { conflict, notFound } from '../errors/service-error.js';
import { CallerChanges, lockUsers } from './caller-changes.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { User } from './user.entity.js';

type ChangeListener = (userId: string) => void;
type Users = ReadonlyMap<string, User>;

/** The accounts that own keys. Changes are for admins; the controller and the scopes see to that. */
@Injectable()
export class UsersService {
  private readonly listeners: ChangeListener[] = [];

  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly changes: CallerChanges,
  ) {}

  /** Calls `listener` after each committed change of a user, so that what was derived from it can be dropped. */
  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** @throws conflict when the address is taken; what the caller is refused with by now */
  create(by: Requester, input: CreateUserDto, alongside: Alongside<User> = nothingAlongside): Promise<User> {
    return refuseTakenEmail(() =>
      this.changes.run(by, {}, ({ manager }) => insertUser(manager, input, alongside)),
    );
  }

  /** Makes a user without a caller: for the first start only. */
  createUnchecked(input: CreateUserDto, alongside: Alongside<User>): Promise<User> {
    return refuseTakenEmail(() =>
      this.users.manager.transaction((manager) => insertUser(manager, input, alongside)),
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

  /**
   * @throws notFound, conflict when the address is taken or no active admin would be left; what the caller is refused
   * with by now
   */
  update(
    by: Requester,
    id: string,
    changes: UpdateUserDto,
    alongside: Alongside<User> = nothingAlongside,
  ): Promise<User> {
    return this.tellOf(() =>
      this.changes.run(by, { userIds: [id], admins: true }, ({ manager, users }) =>
        changeUser(manager, users, id, changes, alongside),
      ),
    );
  }

  /** Changes a user without a caller: for the first start only. */
  updateUnchecked(id: string, changes: UpdateUserDto, alongside: Alongside<User>): Promise<User> {
    return this.tellOf(() =>
      this.users.manager.transaction(async (manager) =>
        changeUser(manager, await lockUsers(manager, [id], true), id, changes, alongside),
      ),
    );
  }

  private async tellOf(change: () => Promise<User>): Promise<User> {
    const user = await refuseTakenEmail(change);
    for (const listener of this.listeners) listener(user.id);
    return user;
  }
}

async function insertUser(
  manager: EntityManager,
  input: CreateUserDto,
  alongside: Alongside<User>,
): Promise<User> {
  const made = await manager.save(
    manager.create(User, {
      id: newId(),
      email: input.email,
      name: input.name,
      role: input.role ?? 'member',
      tier: input.tier ?? 'development',
      requestsPerMinute: input.requestsPerMinute ?? null,
      isActive: input.isActive ?? true,
    }),
  );
  await alongside(manager, made);
  return made;
}

/** @param users those locked: two changes that each leave one other admin must not leave none together */
async function changeUser(
  manager: EntityManager,
  users: Users,
  id: string,
  changes: UpdateUserDto,
  alongside: Alongside<User>,
): Promise<User> {
  const found = users.get(id);
  if (!found) throw notFound('User');
  const others = [...users.values()].filter((user) => user.id !== id && isActiveAdmin(user));
  const wasAdmin = isActiveAdmin(found);
  const changed = manager.merge(User, found, changes);
  if (wasAdmin && !isActiveAdmin(changed) && others.length === 0) {
    throw conflict('This is the last active admin: make another one first');
  }
  const saved = await manager.save(changed);
  await alongside(manager, saved);
  return saved;
}

const isActiveAdmin = ({ role, isActive }: User): boolean => role === 'admin' && isActive;

async function refuseTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict('Another user has this e-mail address');
    throw error;
  }
}
