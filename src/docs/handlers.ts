import { Injectable, type Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService } from '@nestjs/core';
import type { AccessRule } from '../access/access.decorators.js';
import { accessRuleOf } from '../access/access-policy.js';
import { IDEMPOTENT_METADATA } from '../idempotency/repeat.js';

/** What the metadata of a REST handler says about it. */
export interface Handler {
  rule: AccessRule | undefined;
  /** The class of its `@Body()`. */
  body: Type | undefined;
  /** The class of its `@Query()`. */
  query: Type | undefined;
  /** Whether it honours `Idempotency-Key`. */
  idempotent: boolean;
}

type Prototype = Record<string, () => unknown>;

/** Finds REST handlers by `<controller>.<method>`. */
@Injectable()
export class Handlers {
  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws Error when there is none */
  get(operationId: string): Handler {
    const [name, method = ''] = operationId.split('.');
    const type = this.discovery.getControllers().find(({ metatype }) => metatype?.name === name)?.metatype;
    const handler = (type?.prototype as Prototype | undefined)?.[method];
    if (!type || !handler) throw new Error(`No handler ${operationId}`);
    return {
      rule: accessRuleOf(handler, type),
      body: parameterType(type as Type, method, RouteParamtypes.BODY),
      query: parameterType(type as Type, method, RouteParamtypes.QUERY),
      idempotent: Reflect.getMetadata(IDEMPOTENT_METADATA, handler) === true,
    };
  }
}

/** Nest keeps a parameter under `<kind>:<index>`. */
function parameterType(type: Type, method: string, kind: RouteParamtypes): Type | undefined {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, type, method) ?? {}) as Record<
    string,
    { index: number }
  >;
  const found = Object.entries(parameters).find(([key]) => key.startsWith(`${kind}:`));
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, type.prototype as object, method) as Type[];
  return found && types[found[1].index];
}
