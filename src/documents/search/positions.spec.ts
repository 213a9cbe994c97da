import fc from 'fast-check';
import { packPositions, unpackPositions } from './positions.js';

describe('Packed positions', () => {
  it('are read as they were written, whatever they are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(2 ** 30)), (numbers) => {
        const positions = numbers.sort((a, b) => a - b);
        expect(unpackPositions(packPositions(positions))).toEqual(positions);
      }),
    );
  });

  it('take one byte each where they are near to each other', () => {
    expect(packPositions([3, 10, 130, 257])).toHaveLength(4);
  });
});
