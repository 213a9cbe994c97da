import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { NodeLocks, SESSION_NAME } from '../src/audit/writer/spool/node-locks.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { eventually } from './support/until.js';

describe('The locks of audit nodes', () => {
  let database: TestDatabase;
  let locks: NodeLocks;

  beforeEach(async () => {
    database = await createDatabase();
    locks = new NodeLocks({ options: { url: database.url } } as unknown as DataSource);
  });
  afterEach(() => database.drop());

  const sessions = () =>
    query(
      database.ownerUrl,
      'SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
      [SESSION_NAME],
    );
  const noSessions = () => eventually(sessions, (open) => open.length === 0);

  it('are closed with the connection that holds them, and none is opened afterwards', async () => {
    expect(await locks.take(uuid())).toBe(true);
    expect(await sessions()).toHaveLength(1);
    await locks.close();
    await expect(locks.take(uuid())).rejects.toThrow('The locks of the nodes are closed');
    await locks.hold(uuid(), () => Promise.resolve(true), jest.fn());
    await noSessions();
  });

  it('end a connection that is being opened when they are closed', async () => {
    const taken = locks.take(uuid()).then(
      () => 'taken',
      () => 'refused',
    );
    await locks.close();
    expect(await taken).toBe('refused');
    await noSessions();
  });
});
