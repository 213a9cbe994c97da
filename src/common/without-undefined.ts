/** Drops the members that are `undefined`, such as those that a request omits. */
export const withoutUndefined = <T extends object>(members: T): Partial<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
