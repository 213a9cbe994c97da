import type { EntityManager } from 'typeorm';

/** Runs last in the transaction of a change, so that both are committed or neither is. */
export type InTransaction<T> = (manager: EntityManager, made: T) => Promise<void>;

export const nothingAlongside: InTransaction<unknown> = async () => {};

/** Combines several hooks into one that runs them in order. */
export const combine =
  <T>(...all: InTransaction<T>[]): InTransaction<T> =>
  async (manager, made) => {
    for (const one of all) await one(manager, made);
  };
