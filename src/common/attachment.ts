/**
 * Attaches a value to a request or a call for its lifetime, as a WeakMap would. A WeakMap that every request adds to is expensive
 * for the garbage collector.
 */
export class Attachment<T> {
  private readonly key = Symbol('attachment');

  get(holder: object): T | undefined {
    return (holder as Record<symbol, T | undefined>)[this.key];
  }

  set(holder: object, value: T): void {
    (holder as Record<symbol, T | undefined>)[this.key] = value;
  }
}
