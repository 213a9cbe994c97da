import type { EntityManager } from 'typeorm';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import { isAdministrator } from '../access/roles.js';
import { withoutUndefined } from '../common/without-undefined.js';
import { newId } from '../common/new-id.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { conflict, notFound } from '../errors/service-error.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { type Member, membersById } from './member.js';
import { assertOperatorLeft } from './person-reach.js';
import { User } from './user.entity.js';

type Members = ReadonlyMap<string, Member>;

/** Inserts a user as a member of an organisation, and runs `alongside` in the same transaction. */
export async function insertUser(
  manager: EntityManager,
  organizationId: string,
  input: CreateUserDto & Pick<UpdateUserDto, 'isOperator'>,
  alongside: InTransaction<Member>,
): Promise<Member> {
  const id = newId();
  const { role = 'member', isActive = true } = input;
  const isDefault = organizationId === DEFAULT_ORGANIZATION;
  await manager.insert(User, {
    id,
    email: input.email,
    name: input.name,
    role: isDefault ? role : null,
    tier: input.tier ?? 'development',
    requestsPerMinute: input.requestsPerMinute ?? null,
    isActive: isDefault ? isActive : true,
  });
  if (!isDefault) await manager.query(ADD_MEMBERSHIP, [organizationId, id, role, isActive]);
  if (input.isOperator !== undefined) await manager.update(User, { id }, { isOperator: input.isOperator });
  const [made] = await membersById(manager, organizationId, [id]);
  await alongside(manager, made!);
  return made!;
}

/** @param users the locked users, without which two concurrent changes could together leave no administrator */
export async function changeUser(
  manager: EntityManager,
  organizationId: string,
  users: Members,
  id: string,
  changes: UpdateUserDto,
  alongside: InTransaction<Member>,
): Promise<Member> {
  const found = users.get(id);
  if (!found) throw notFound('User');
  if (!isActiveAdmin({ ...found, ...withoutUndefined(changes) })) assertAdminLeft(users, id);
  await writeChanges(manager, organizationId, id, changes);
  if (found.isOperator) await assertOperatorLeft(manager);
  const [changed] = await membersById(manager, organizationId, [id]);
  await alongside(manager, changed!);
  return changed!;
}

/** Writes what concerns the user, and what concerns the membership. That of the default organisation is kept by a trigger. */
async function writeChanges(
  manager: EntityManager,
  organizationId: string,
  id: string,
  { role, isActive, isOperator, ...changes }: UpdateUserDto,
): Promise<void> {
  const isDefault = organizationId === DEFAULT_ORGANIZATION;
  const ofUser = withoutUndefined({ ...changes, ...(isDefault && { role, isActive }) });
  if (Object.keys(ofUser).length > 0) await manager.update(User, { id }, ofUser);
  // A change of the role sets it, too.
  if (isOperator !== undefined) await manager.update(User, { id }, { isOperator });
  if (!isDefault)
    await manager.query(CHANGE_MEMBERSHIP, [organizationId, id, role ?? null, isActive ?? null]);
}

const ADD_MEMBERSHIP =
  'INSERT INTO memberships (organization_id, user_id, role, is_active) VALUES ($1, $2, $3, $4)';
const CHANGE_MEMBERSHIP = `
  UPDATE memberships SET role = coalesce($3, role), is_active = coalesce($4, is_active)
  WHERE organization_id = $1 AND user_id = $2`;

const isActiveAdmin = ({ role, isActive }: Pick<Member, 'role' | 'isActive'>): boolean =>
  isAdministrator(role) && isActive;

/**
 * Checks that an active administrator is left without a member.
 * @param members the locked administrators, and the member
 * @throws conflict
 */
export function assertAdminLeft(members: Members, without: string): void {
  const member = members.get(without);
  const others = [...members.values()].filter((one) => one.id !== without && isActiveAdmin(one));
  if (member && isActiveAdmin(member) && others.length === 0)
    throw conflict('This is the last active admin: make another one first');
}

export async function refuseTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict('Another user has this e-mail address');
    throw error;
  }
}
