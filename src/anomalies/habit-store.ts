import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Habit } from './habit.js';

export type StoredHabit = Habit & { keyId: string };

const READ = `
  SELECT key_id AS "keyId", since, minute, calls, refusals, minutes, mean, variance, tools, scopes
  FROM key_habits WHERE key_id = ANY ($1::uuid[]) ORDER BY key_id FOR UPDATE`;

const WRITE = `
  UPDATE key_habits AS kept
  SET minute = new.minute, calls = new.calls, refusals = new.refusals, minutes = new.minutes, mean = new.mean,
      variance = new.variance, tools = new.tools, scopes = new.scopes
  FROM jsonb_to_recordset($1::jsonb) AS new ("keyId" uuid, minute timestamptz, calls integer, refusals integer,
    minutes integer, mean float8, variance float8, tools text[], scopes text[])
  WHERE kept.key_id = new."keyId"`;

/** Reads and writes the habits of keys. */
@Injectable()
export class HabitStore {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Changes the habits of some keys. Their rows are locked meanwhile, because several processes see the same key.
   * @param change makes of each habit what it becomes
   */
  change(
    keyIds: readonly string[],
    firstSeen: Date,
    change: (habits: readonly StoredHabit[]) => readonly StoredHabit[],
  ): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      await addMissing(manager, keyIds, firstSeen);
      const changed = change(await manager.query<StoredHabit[]>(READ, [keyIds]));
      await manager.query(WRITE, [JSON.stringify(changed)]);
    });
  }
}

const addMissing = (manager: EntityManager, keyIds: readonly string[], firstSeen: Date): Promise<unknown> =>
  manager.query(
    `INSERT INTO key_habits (key_id, since, minute)
     SELECT id, $2, date_trunc('minute', $2::timestamptz) FROM unnest($1::uuid[]) AS id ORDER BY id
     ON CONFLICT DO NOTHING`,
    [keyIds, firstSeen],
  );
