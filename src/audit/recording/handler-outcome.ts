/** How a handler ended: what it returned, which its row is read from, and what the caller is answered with. */
export class HandlerOutcome<T = unknown> {
  constructor(
    readonly returned: unknown,
    readonly result: T,
  ) {}
}
