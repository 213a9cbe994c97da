import { SetMetadata } from '@nestjs/common';

const OUT_OF_REACH = Symbol.for('bouncer-mcp:out-of-reach');

/**
 * On an entity: a provider with handlers of agents (`@Tool`, `@Resource`, `@Prompt`, ...) cannot be given its repository. On a
 * service: it cannot be given that. Where one asks for it, the service does not start.
 *
 * @example
 * ```ts
 * @Entity('salaries')
 * @OutOfReach()
 * export class Salary {}
 * ```
 */
export const OutOfReach = (): ClassDecorator => SetMetadata(OUT_OF_REACH, true);

/** @param type of an entity or a service */
export const isOutOfReach = (type: unknown): boolean =>
  typeof type === 'function' && Reflect.getMetadata(OUT_OF_REACH, type) === true;
