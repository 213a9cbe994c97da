import type { Type } from '@nestjs/common';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { DataSource, EntityManager, Repository } from 'typeorm';
import { isOutOfReach } from '../../access/out-of-reach.js';
import { OrganizationData } from '../../database/organization/organization-data.js';

/**
 * Checks what is injected into a provider with handlers, by constructor or property. It inspects the injected
 * instances, so the injection token does not matter. It does not inspect what an injected service is given in turn.
 * @throws Error for a dependency that reaches accounts, keys or the audit without checking scopes
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
      `${type.name} is given ${name}, which is out of reach for handlers of agents. Inject the repository of an ` +
        'entity of your own, such as @InjectRepository(Invoice), or a service that takes the caller, such as UsersService',
    );
  }
}

function nameOfForbidden(instance: unknown): string | undefined {
  if (instance instanceof DataSource) return 'the DataSource';
  if (instance instanceof EntityManager) return 'the EntityManager';
  if (instance instanceof OrganizationData) return 'OrganizationData';
  if (instance instanceof Repository)
    return isOutOfReach(instance.target) ? `Repository<${instance.metadata.name}>` : undefined;
  const type = (instance as object | null | undefined)?.constructor;
  return isOutOfReach(type) ? type!.name : undefined;
}
