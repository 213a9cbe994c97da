import type { EntityManager } from 'typeorm';
import { newId } from '../common/new-id.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { conflict, notFound } from '../errors/service-error.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { User } from './user.entity.js';

type Users = ReadonlyMap<string, User>;

/** Inserts a user, and runs `alongside` in the same transaction. */
export async function insertUser(
  manager: EntityManager,
  input: CreateUserDto,
  alongside: InTransaction<User>,
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

/** @param users the locked users, without which two concurrent changes could together leave no admin */
export async function changeUser(
  manager: EntityManager,
  users: Users,
  id: string,
  changes: UpdateUserDto,
  alongside: InTransaction<User>,
): Promise<User> {
  const found = users.get(id);
  if (!found) throw notFound('User');
  const others = [...users.values()].filter((user) => user.id !== id && isActiveAdmin(user));
  const wasAdmin = isActiveAdmin(found);
  const changed = manager.merge<User>(User, found, changes);
  if (wasAdmin && !isActiveAdmin(changed) && others.length === 0) {
    throw conflict('This is the last active admin: make another one first');
  }
  const saved = await manager.save(changed);
  await alongside(manager, saved);
  return saved;
}

const isActiveAdmin = ({ role, isActive }: User): boolean => role === 'admin' && isActive;

export async function refuseTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict('Another user has this e-mail address');
    throw error;
  }
}
