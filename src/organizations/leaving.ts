import type { EntityManager } from 'typeorm';
import { conflict, notFound, validationFailed } from '../errors/service-error.js';
import type { Change } from '../users/caller-changes.js';
import type { LeavingQuery } from './dto/member.dto.js';
import { lockMemberships } from './membership-rows.js';
import { inWords, type OwnedData } from './owned-data.js';

/** What is done with what somebody owned who leaves an organisation, or what a team owned that is ended. */
export interface Left {
  owned: Record<string, number>;
}

/** Returns the new owner that is named. @throws validationFailed where one is missing, or is named for nothing */
export function heirOf({ data, to }: LeavingQuery, leaverId: string): string | undefined {
  if ((data === 'handover') !== (to !== undefined))
    throw validationFailed(['to: is needed with data=handover, and only then']);
  const heirId = to?.toLowerCase();
  if (heirId === leaverId) throw validationFailed(['to: must be somebody else']);
  return heirId;
}

/**
 * Hands over or deletes what a member owns, and keeps everybody from writing more for it until the transaction ends.
 * @param change has locked the member, and the new owner where one is named
 * @param whose begins the refusal, such as `This person`
 * @throws conflict where it must be said what happens, notFound for a new owner who cannot be one
 */
export async function settleOwned(
  owned: OwnedData,
  { manager, users }: { manager: EntityManager; users: Change['users'] },
  owner: { organizationId: string; userId: string },
  { data, heirId, whose }: { data: LeavingQuery['data']; heirId: string | undefined; whose: string },
): Promise<Left> {
  await lockMemberships(manager, owner.organizationId, owner.userId);
  const counts = await owned.counts(manager, owner);
  if (Object.keys(counts).length > 0 && data === undefined)
    throw conflict(`${whose} owns ${inWords(counts)}: say data=handover or data=delete`);
  if (heirId !== undefined) {
    const heir = users.get(heirId);
    if (!heir?.isActive || heir.kind === 'agent') throw notFound('The new owner');
    await owned.handOver(manager, owner, heirId);
  } else if (data === 'delete') await owned.remove(manager, owner);
  return { owned: counts };
}
