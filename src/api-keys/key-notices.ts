import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { isAddressOfNobody, principalAt } from '../access/principal.js';
import { maskKeys } from '../access/mask-keys.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { Mail } from '../mail/mail.js';
import { MailOutbox } from '../mail/mail-outbox.js';
import { MailSender } from '../mail/mail.sender.js';
import type { ApiKey, KeyOwner } from './api-key.entity.js';
import type { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';
import { hasEnded } from './key-life.js';

type Recipient = Pick<KeyOwner, 'email' | 'name'>;
type NamedKey = Pick<ApiKey, 'name' | 'start'>;

const MAX_NAMED = 20;

/**
 * Writes mails to owners about their keys, which name a key by its name and first characters. For an agent or a team they go to
 * the people who answer for it. A notice is written in the transaction of the change. After the commit the caller of this class calls `send`.
 */
@Injectable()
export class KeyNotices {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly outbox: MailOutbox,
    private readonly sender: MailSender,
  ) {}

  /** Starts sending the committed notices. It returns at once and never throws. */
  send(): void {
    this.sender.wake();
  }

  /** Returns how many more notices the outbox can take. */
  room(manager: EntityManager): Promise<number> {
    return this.outbox.room(manager);
  }

  rotated(
    manager: EntityManager,
    by: Caller,
    owner: Recipient,
    old: { start: string; grace: RotateApiKeyDto },
    next: Pick<ApiKey, 'name' | 'start' | 'expiresAt'>,
  ): Promise<void> {
    return this.addToOutbox(manager, owner, `Your API key ${quoted(next.name)} was rotated`, [
      `Your API key ${describeKey({ ...next, start: old.start })} was rotated: ${describeKey(next)} takes its place.`,
      graceSentence(old.grace),
      expirySentence(next),
      ...doneBy(by),
    ]);
  }

  /** @param ended the keys that this rotation revoked */
  allRotated(
    manager: EntityManager,
    by: Caller,
    ended: ApiKey[],
    next: Pick<ApiKey, 'name' | 'start' | 'expiresAt'>,
  ): Promise<void> {
    const worked = ended.filter((key) => !hasEnded(key));
    return this.addToOutbox(manager, by, 'All your API keys were rotated', [
      `These API keys of yours work no more; ${describeKey(next)} takes their place:`,
      listOf(worked.map(describeKey)),
      expirySentence(next),
      ...doneBy(by),
    ]);
  }

  endsSoon(manager: EntityManager, owner: Recipient, key: NamedKey & { expiresAt: Date }): Promise<void> {
    return this.addToOutbox(
      manager,
      owner,
      `Your API key ${quoted(key.name)} ends on ${key.expiresAt.toISOString().slice(0, 10)}`,
      [
        `Your API key ${describeKey(key)} ends at ${key.expiresAt.toISOString()}.`,
        'Rotate it before then: what calls with it is refused afterwards.',
      ],
    );
  }

  /** @param networks IPv4 addresses, IPv6 networks */
  newAddress(manager: EntityManager, owner: Recipient, key: NamedKey, networks: string[]): Promise<void> {
    return this.addToOutbox(manager, owner, `Your API key ${quoted(key.name)} was used from a new address`, [
      `Your API key ${describeKey(key)} was used from where it was not used before:`,
      listOf(networks),
      'If that was not you, revoke the key or rotate it.',
    ]);
  }

  /** @param sentence what the key did. Nothing is written where the key's owner is deactivated */
  async unusual(manager: EntityManager, keyId: string, sentence: string): Promise<void> {
    const [key] = await manager.query<(NamedKey & { email: string; owner: string })[]>(
      `SELECT k.name, k.start, u.email, u.name AS owner
       FROM api_keys k JOIN users u ON u.id = k.user_id WHERE k.id = $1 AND u.is_active`,
      [keyId],
    );
    if (!key) return;
    const { email, owner, ...named } = key;
    await this.addToOutbox(
      manager,
      { email, name: owner },
      `Your API key ${quoted(named.name)} is used in an unusual way`,
      [
        `Your API key ${describeKey(named)} does what it did not do before. ${sentence}`,
        'Nothing was paused. If that was not you, disable the key, revoke it or rotate it.',
      ],
    );
  }

  private async addToOutbox(
    manager: EntityManager,
    owner: Recipient,
    subject: string,
    paragraphs: string[],
  ): Promise<void> {
    const principal = principalAt(owner.email);
    if (!principal) return this.outbox.add(manager, [this.mailTo(owner, subject, paragraphs)]);
    const people = await manager.query<Recipient[]>('SELECT email, name FROM answerable_for($1)', [
      principal.id,
    ]);
    const named = `${principal.kind} ${quoted(owner.name)}`;
    const about = `You answer for the ${named}, whose API keys this is about.`;
    await this.outbox.add(
      manager,
      people.map((person) => this.mailTo(person, `The ${named}: ${subject}`, [about, ...paragraphs])),
    );
  }

  private mailTo({ email, name }: Recipient, subject: string, paragraphs: string[]): Mail {
    const { publicUrl } = this.settings;
    const text = [
      `Hello ${oneLine(name)},`,
      ...paragraphs,
      `Bouncer${publicUrl ? ` at ${publicUrl}` : ''}`,
    ].join('\n\n');
    return { to: email, subject, text: `${text}\n` };
  }
}

/** Cleans a name, which is user input: it must not break out of its line, and must not contain a key. */
const oneLine = (text: string): string => maskKeys(text).replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ');

function graceSentence({ gracePeriodSeconds: seconds = 0, gracePeriodStart }: RotateApiKeyDto): string {
  if (seconds === 0) return 'The old key works no more.';
  return gracePeriodStart === 'first_use'
    ? `The old key works until ${seconds} seconds after the first use of the new one.`
    : `The old key works for a grace period of ${seconds} seconds and then ends.`;
}

const quoted = (name: string): string => `"${oneLine(name)}"`;

const describeKey = ({ name, start }: NamedKey): string => `${quoted(name)} (${start}...)`;

const expirySentence = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>): string =>
  `The new key ends ${expiresAt ? `at ${expiresAt.toISOString()}` : 'never'}. It is not in this mail: only who rotated was shown it.`;

const doneBy = ({ email, name, keyName, keyStart }: Caller): string[] => [
  keyName === null || keyStart === null
    ? `It was done by ${oneLine(email)}, who was signed in.`
    : `It was done by ${isAddressOfNobody(email) ? quoted(name) : oneLine(email)} with the key ${describeKey({ name: keyName, start: keyStart })}.`,
  'If that should not have happened, revoke the new key.',
];

function listOf(items: string[]): string {
  const more = items.length - MAX_NAMED;
  const lines = items.slice(0, MAX_NAMED).map((item) => `- ${item}`);
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
