import { LinkedList, type ListItem } from './linked-list.js';

class Item implements ListItem<Item> {
  previous: Item | undefined;
  next: Item | undefined;

  constructor(readonly name: string) {}
}

describe('LinkedList', () => {
  const listOf = (...names: string[]) => {
    const items = names.map((name) => new Item(name));
    const list = new LinkedList<Item>();
    for (const item of items) list.add(item);
    return { list, items };
  };
  const namesOf = (list: LinkedList<Item>) => [...list].map(({ name }) => name).join('');

  it('keeps items in the order in which they were added', () => {
    const { list } = listOf('a', 'b', 'c');
    expect(namesOf(list)).toBe('abc');
    expect(list.first?.name).toBe('a');
    expect(list.size).toBe(3);
  });

  it.each([
    ['the first', 0, 'bcx'],
    ['one between others', 1, 'acx'],
    ['the last', 2, 'abx'],
  ])('removes %s and accepts further items', (_, index, left) => {
    const { list, items } = listOf('a', 'b', 'c');
    list.remove(items[index]!);
    list.add(new Item('x'));
    expect(namesOf(list)).toBe(left);
    expect(list.size).toBe(3);
  });

  it('is empty after its only item was removed, which may be added again', () => {
    const { list, items } = listOf('a');
    list.remove(items[0]!);
    expect(list.first).toBeUndefined();
    list.add(items[0]!);
    expect(namesOf(list)).toBe('a');
  });

  it('does not remove an item twice', () => {
    const { list, items } = listOf('a', 'b', 'c');
    for (let time = 0; time < 2; time++) list.remove(items[1]!);
    expect(namesOf(list)).toBe('ac');
    expect(list.size).toBe(2);
  });

  it('releases the references of a removed item, so that it keeps no other alive', () => {
    const { list, items } = listOf('a', 'b', 'c');
    list.remove(items[1]!);
    expect(items[1]).toEqual({ name: 'b', previous: undefined, next: undefined });
  });
});
