/**
 * A value that hangs on a request or a call, and lives as long as that. It does what a WeakMap does; but a table of
 * weak keys costs the garbage collector dearly where every request adds to it.
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
