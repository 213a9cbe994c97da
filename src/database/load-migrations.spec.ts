import { loadMigrations } from './load-migrations.js';

describe('The migrations', () => {
  it('have a time of their own each, so that they run and revert in one order everywhere', async () => {
    const times = (await loadMigrations()).map(({ name }) => /\d{13}$/.exec(name)?.[0]);
    expect(times).toEqual([...new Set(times)].sort());
  });
});
