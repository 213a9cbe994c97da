import type { EntityManager } from 'typeorm';

/** What is committed together with what a service makes, or not at all: runs last in the transaction that makes it. */
export type InTransaction<T> = (manager: EntityManager, made: T) => Promise<void>;

export const nothingAlongside: InTransaction<unknown> = async () => {};

/** Several of them, one after the other. */
export const combine =
  <T>(...all: InTransaction<T>[]): InTransaction<T> =>
  async (manager, made) => {
    for (const one of all) await one(manager, made);
  };
