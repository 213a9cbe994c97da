import { loadMigrations } from './load-migrations.js';

describe('The migrations', () => {
  it('have a time of their own each, so that they run and revert in one order everywhere', async () => {
    const times = (await loadMigrations()).map(({ name }) => Number(name.slice(-13)));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });
});
