import { randomBytes } from 'node:crypto';
import { findSecrets } from '../secrets/secret-finder.js';

/** The part of a text of which an excerpt is made, and what stands around it. */
export interface Passage {
  before: string;
  passage: string;
  after: string;
}

const WORDS = /[\p{L}\p{N}]+/gu;

/** The words of a text as a search tells them apart, in small letters. */
export const wordsOfText = (text: string): string[] => text.toLowerCase().match(WORDS) ?? [];

/**
 * Hides secrets from PostgreSQL while it makes excerpts: each stands as one word, which it neither cuts nor puts marks into. So an
 * excerpt holds a secret whole or not at all, and whoever sends the excerpt can find it.
 */
export class HiddenSecrets {
  private readonly id = randomBytes(8).toString('hex');
  private readonly secrets: string[] = [];
  private readonly asked: ReadonlySet<string>;

  /** @param words that were searched for: a secret that has one of them is marked as a whole */
  constructor(words: readonly string[]) {
    this.asked = new Set(words);
  }

  /** What matches the secrets to be marked, for `to_tsquery`. */
  get query(): string {
    return `m${this.id}:*`;
  }

  /** @returns the passage without its secrets; nothing where there are none */
  hideIn({ before, passage, after }: Passage): string | undefined {
    const text = before + passage + after;
    const [from, to] = [before.length, before.length + passage.length];
    const found = findSecrets(text).filter(({ start, end, since = start }) => since < to && end > from);
    if (found.length === 0) return undefined;
    let hidden = '';
    let at = from;
    for (const { start, end, since = start } of found) {
      hidden += text.slice(at, since) + this.wordFor(text.slice(since, end));
      at = end;
    }
    return hidden + text.slice(at, to);
  }

  /** @returns the excerpt with its secrets in their places */
  restoreIn(excerpt: string): string {
    return excerpt.replace(new RegExp(`[mo]${this.id}n(\\d+)z`, 'g'), (_, at: string) => this.secrets[+at]!);
  }

  private wordFor(secret: string): string {
    const isAsked = wordsOfText(secret).some((word) => this.asked.has(word));
    return `${isAsked ? 'm' : 'o'}${this.id}n${this.secrets.push(secret) - 1}z`;
  }
}
