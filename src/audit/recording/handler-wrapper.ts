/** Makes `run` a stand-in for `handler`: guards and filters find the same name and metadata on it. */
export function wrapHandler<T extends object>(handler: { name: string }, run: T): T {
  Object.defineProperty(run, 'name', { value: handler.name });
  return Object.setPrototypeOf(run, handler) as T;
}
