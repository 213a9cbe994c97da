import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { newId } from '../common/new-id.js';
import { lineText } from '../validation/line-text.js';
import type { Mail } from './mail.js';
import { WaitingMail } from './waiting-mail.entity.js';

/** The most mails that may wait; each takes about 1 KB. */
const MAX_WAITING = 10_000;
/** An older notice is of no use any more. */
const MAX_AGE_DAYS = 7;

/** A mail that is due. */
export interface DueMail extends Mail {
  id: string;
  attempts: number;
  /** Whether it has waited so long that nobody needs it. */
  outdated: boolean;
}

/** The result of an attempt: the mail is removed, tried again later, or left untouched. */
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
 * The transactional outbox of mails. A mail is committed with the change that it reports, and stays until it was sent, whichever
 * process ends meanwhile. The number and age of the mails are bounded.
 */
@Injectable()
export class MailOutbox {
  private readonly logger = new Logger(MailOutbox.name);

  constructor(@InjectRepository(WaitingMail) private readonly mails: Repository<WaitingMail>) {}

  /** Adds mails within the transaction of `manager`. Mails beyond the bound are logged as lost. */
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
   * Attempts to send the next due mail. Its row is locked meanwhile, so that one of several processes sends it. PostgreSQL releases
   * the lock of a killed process, and the next process tries at once.
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

  /** In how many milliseconds the next mail is due; `undefined` where none waits. */
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
