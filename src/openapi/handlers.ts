import { Injectable, type Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService } from '@nestjs/core';
import type { AccessRule } from '../access/access.decorators.js';
import { accessRuleOf } from '../access/access-policy.js';
import { type RouteDescription, routeDescriptionOf, takesIdempotencyKey } from './api-route.decorator.js';
import { routesOf } from './handler-routes.js';

/** What the metadata of a REST handler contains. */
export interface Handler {
  /** Its controller. */
  type: Type;
  /** What `@ApiRoute()` says. */
  description: RouteDescription | undefined;
  rule: AccessRule | undefined;
  /** The class of its `@Body()`. */
  body: Type | undefined;
  /** The class of its `@Query()`. */
  query: Type | undefined;
  /** Whether it honours `Idempotency-Key`. */
  idempotent: boolean;
}

const methodOf = (type: Type, method: string) =>
  (type.prototype as Record<string, (() => unknown) | undefined>)[method];

/** Finds REST handlers by `<controller>.<method>`. The route decides between two controllers of the same name. */
@Injectable()
export class Handlers {
  constructor(private readonly discovery: DiscoveryService) {}

  /** @param route such as `GET /api/documents/{id}` @throws Error when there is none */
  get(operationId: string, route: string): Handler {
    const [name, method = ''] = operationId.split('.');
    const types = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype ? [metatype as Type] : []));
    const named = types.filter((type) => type.name === name && methodOf(type, method) !== undefined);
    const type = named.find((one) => routesOf(one, methodOf(one, method)!).includes(route)) ?? named[0];
    if (!type) throw new Error(`No handler ${operationId}`);
    const handler = methodOf(type, method)!;
    return {
      type,
      description: routeDescriptionOf(handler),
      rule: accessRuleOf(handler, type),
      body: parameterType(type, method, RouteParamtypes.BODY),
      query: parameterType(type, method, RouteParamtypes.QUERY),
      idempotent: takesIdempotencyKey(handler),
    };
  }
}

/** Nest stores the metadata of a parameter under `<kind>:<index>`. */
function parameterType(type: Type, method: string, kind: RouteParamtypes): Type | undefined {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, type, method) ?? {}) as Record<
    string,
    { index: number }
  >;
  const found = Object.entries(parameters).find(([key]) => key.startsWith(`${kind}:`));
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, type.prototype as object, method) as Type[];
  return found && types[found[1].index];
}
