import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { newId } from '../common/new-id.js';
import { lineText } from '../validation/line-text.js';
import type { Mail } from './mail.js';
import { WaitingMail } from './waiting-mail.entity.js';

/** How many mails may wait; about 1 KB each. */
const MAX_WAITING = 10_000;
/** A notice that is older says nothing any more. */
const MAX_AGE_DAYS = 7;

/** A mail whose turn it is. */
export interface DueMail extends Mail {
  id: string;
  attempts: number;
  /** It has waited for so long that nobody needs it. */
  outdated: boolean;
}

/** What becomes of a mail that was tried: it is gone, or tried again later. */
export type Outcome = 'done' | { againInMs: number } | 'untouched';

const ADD = `
  INSERT INTO mail_outbox (id, recipient, subject, body)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
  LIMIT greatest(0, $5 - (SELECT count(*) FROM mail_outbox))
  RETURNING id`;

const CLAIM = `
  SELECT id, recipient AS "to", subject, body AS text, attempts,
         created_at < now() - make_interval(days => $1) AS outdated
  FROM mail_outbox WHERE due_at <= clock_timestamp()
  ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/**
 * The mails that wait, in the database: a mail is committed with the change that it tells of, or not at all, and is there
 * until it was sent, whichever process ends. Their number and age are bounded.
 */
@Injectable()
export class MailOutbox {
  private readonly logger = new Logger(MailOutbox.name);

  constructor(@InjectRepository(WaitingMail) private readonly mails: Repository<WaitingMail>) {}

  /** Accepts mails as part of the transaction of `manager`. Those that there is no room for are logged as lost. */
  async add(manager: EntityManager, mails: readonly Mail[]): Promise<void> {
    if (mails.length === 0) return;
    const rows = mails.map((mail) => ({ id: newId(), mail }));
    const added = await manager.query<{ id: string }[]>(ADD, [
      rows.map(({ id }) => id),
      ...(['to', 'subject', 'text'] as const).map((member) => mails.map((mail) => mail[member])),
      MAX_WAITING,
    ]);
    const taken = new Set(added.map(({ id }) => id));
    for (const { id, mail } of rows)
      if (!taken.has(id)) this.lost(mail, `${MAX_WAITING} others wait already`);
  }

  /** How many more mails may wait. */
  async room(manager: EntityManager): Promise<number> {
    return Math.max(0, MAX_WAITING - (await manager.count(WaitingMail)));
  }

  /**
   * Tries the mail whose turn it is. It is held while it is tried, so that of several processes one sends it; where that one
   * is killed, PostgreSQL lets go of it, and the next one tries at once.
   * @returns whether there was one
   */
  tryNext(attempt: (mail: DueMail) => Promise<Outcome>): Promise<boolean> {
    return this.mails.manager.transaction(async (manager) => {
      const [mail] = await manager.query<DueMail[]>(CLAIM, [MAX_AGE_DAYS]);
      if (!mail) return false;
      const outcome = await attempt(mail);
      if (outcome === 'done') await manager.delete(WaitingMail, { id: mail.id });
      else if (outcome !== 'untouched') {
        await manager.query(
          `UPDATE mail_outbox SET attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $2)
           WHERE id = $1`,
          [mail.id, outcome.againInMs / 1000],
        );
      }
      return true;
    });
  }

  /** In how many milliseconds the next one is due; nothing where none waits. */
  async nextInMs(): Promise<number | undefined> {
    const [next] = await this.mails.query<{ ms: number | null }[]>(
      `SELECT (extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::float8 AS ms FROM mail_outbox`,
    );
    return next?.ms ?? undefined;
  }

  lost({ to, subject }: Mail, reason: unknown): void {
    this.logger.error(
      `Mail to ${lineText(to)} was not sent: ${lineText(subject)}: ${lineText(String(reason))}`,
    );
  }
}
