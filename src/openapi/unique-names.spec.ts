import { UniqueNames } from './unique-names.js';

describe('The names of classes', () => {
  it('are their own, with a number where another class of that name came first', () => {
    const classes = [class Thing {}, class Thing_2 {}];
    const others = [class Thing {}, class Thing {}];
    const names = new UniqueNames();
    expect([...classes, ...others, ...classes].map((type) => names.of(type))).toEqual([
      'Thing',
      'Thing_2',
      'Thing_3',
      'Thing_4',
      'Thing',
      'Thing_2',
    ]);
  });
});
