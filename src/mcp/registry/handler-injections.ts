import type { Type } from '@nestjs/common';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { DataSource, EntityManager, Repository } from 'typeorm';
import { isOutOfReach } from '../../access/out-of-reach.js';

/**
 * Looks at what a provider with handlers of agents was given, by constructor or property: whatever the token was, it is known by
 * what it is. What a service of its own is given is that service's affair.
 * @throws Error for what reaches the accounts, keys or the trail beside the scopes
 */
export function assertInjectable(wrapper: InstanceWrapper, type: Type): void {
  const given = [
    ...(wrapper.getCtorMetadata() ?? []),
    ...(wrapper.getPropertiesMetadata() ?? []).map((property) => property.wrapper),
  ];
  for (const dependency of given) {
    const name = nameOfForbidden(dependency?.instance);
    if (name === undefined) continue;
    throw new Error(
      `${type.name} is given ${name}, which is out of reach for handlers of agents. Give it the repository of an ` +
        'own entity, as @InjectRepository(Invoice), or a service that is passed the caller, such as UsersService',
    );
  }
}

function nameOfForbidden(instance: unknown): string | undefined {
  if (instance instanceof DataSource) return 'the DataSource';
  if (instance instanceof EntityManager) return 'the EntityManager';
  if (instance instanceof Repository)
    return isOutOfReach(instance.target) ? `Repository<${instance.metadata.name}>` : undefined;
  const type = (instance as object | null | undefined)?.constructor;
  return isOutOfReach(type) ? type!.name : undefined;
}
