/** What guards and filters find out of `handler`, its name and its metadata, is found out of `run`. */
export function wrapHandler<T extends object>(handler: { name: string }, run: T): T {
  Object.defineProperty(run, 'name', { value: handler.name });
  return Object.setPrototypeOf(run, handler) as T;
}
