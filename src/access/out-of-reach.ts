import { SetMetadata } from '@nestjs/common';

const OUT_OF_REACH = Symbol.for('bouncer-mcp:out-of-reach');

/**
 * Marks an entity whose repository must not be injected into a provider with MCP handlers (`@Tool`, `@Resource`,
 * `@Prompt` and others), or a service that must not be. A provider that does so stops the start.
 *
 * @example
 * ```ts
 * @Entity('salaries')
 * @OutOfReach()
 * export class Salary {}
 * ```
 */
export const OutOfReach = (): ClassDecorator => SetMetadata(OUT_OF_REACH, true);

/** @param type the class of an entity or a service */
export const isOutOfReach = (type: unknown): boolean =>
  typeof type === 'function' && Reflect.getMetadata(OUT_OF_REACH, type) === true;
