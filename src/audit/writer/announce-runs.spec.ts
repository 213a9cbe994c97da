import { runsOf } from './announce-runs.js';

describe('runsOf', () => {
  it('joins the numbers of each node that follow each other, in whatever order they come', () => {
    const [a, b] = ['a', 'b'].map((nodeId) => (nodeSeq: number) => ({ nodeId, nodeSeq }));
    expect(runsOf([a!(3), b!(7), a!(1), a!(2), a!(9), b!(8)])).toEqual([
      { nodeId: 'a', first: 1, last: 3 },
      { nodeId: 'a', first: 9, last: 9 },
      { nodeId: 'b', first: 7, last: 8 },
    ]);
  });
});
