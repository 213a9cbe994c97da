/** Describes an item of a {@link LinkedList}. It is in at most one list. */
export interface ListItem<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * Holds items in the order in which they were added, and removes any of them in constant time. A `Set` does the same,
 * but it is rehashed each time it has filled up with deleted entries. V8 links the old table to the new one, so once
 * an old table has reached the old generation, every later table and all items in it survive until a full collection.
 * When each call adds an item and removes it, that costs more than the rest of the bookkeeping.
 */
export class LinkedList<T extends ListItem<T>> {
  private count = 0;
  private head: T | undefined;
  private tail: T | undefined;

  get size(): number {
    return this.count;
  }

  get first(): T | undefined {
    return this.head;
  }

  add(item: T): void {
    item.previous = this.tail;
    if (this.tail) this.tail.next = item;
    else this.head = item;
    this.tail = item;
    this.count++;
  }

  /** Removes an item. It does nothing when the item is no longer in this list. */
  remove(item: T): void {
    const { previous, next } = item;
    if (!previous && this.head !== item) return;
    if (previous) previous.next = next;
    else this.head = next;
    if (next) next.previous = previous;
    else this.tail = previous;
    // A removed item must not keep those alive that come after it.
    item.previous = undefined;
    item.next = undefined;
    this.count--;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let item = this.head; item; item = item.next) yield item;
  }
}
