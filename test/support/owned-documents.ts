import * as fc from 'fast-check';
import type { TestService, TestUser } from './test-service.js';

export const SCOPES = ['documents:read', 'documents:write', 'documents:delete'];
const SHARED_WORDS = 15;
const OWN_WORDS = 8;
const CONSONANTS = 'bdfgklmnprtvz';
const VOWELS = 'aiou';

export interface OwnedDocument {
  id: string;
  owner: Owned;
  title: string;
  filename: string | null;
  /** Of its title, file name and text as they are now; of a deleted one, as they were. */
  words: string[];
  /** Words that it had before it was changed. */
  formerWords: string[];
  isDeleted: boolean;
}

export interface Owned {
  name: string;
  user: TestUser;
  key: string;
  /** The words that nobody else has, and those that all owners share. */
  vocabulary: string[];
  documents: OwnedDocument[];
}

/** Documents of many owners, written by the service, and in memory what each owner must find. */
export class OwnedDocuments {
  readonly documents: OwnedDocument[] = [];
  protected readonly random: () => number;
  private sharedWords: string[] | undefined;

  constructor(
    protected readonly service: TestService,
    seed: number,
  ) {
    const numbers = fc.sample(fc.nat(2 ** 30), { seed, numRuns: 20_000 });
    let at = 0;
    this.random = () => numbers[at++ % numbers.length]!;
  }

  /** Writes so many documents for each of so many owners. */
  async write(owners: number, each: number): Promise<Owned[]> {
    const made: Owned[] = [];
    for (let number = 0; number < owners; number++) {
      const user = await this.service.createUser();
      const { apiKey: key } = await this.service.createKey(user, SCOPES);
      made.push(this.owner(`owner ${number}`, user, key));
    }
    await this.writeFor(made, each);
    return made;
  }

  /** An owner with words of its own beside those of all. */
  protected owner(name: string, user: TestUser, key: string): Owned {
    this.sharedWords ??= this.wordsOf(SHARED_WORDS);
    return { name, user, key, vocabulary: [...this.sharedWords, ...this.wordsOf(OWN_WORDS)], documents: [] };
  }

  protected async writeFor(made: readonly Owned[], each: number): Promise<void> {
    // Each owner writes one after the other, so that the order in a list is known; the owners write at the same time.
    const texts = made.map(({ vocabulary }) => Array.from({ length: each }, () => this.textOf(vocabulary)));
    await Promise.all(
      made.map(async (owner, number) => {
        for (const body of texts[number]!) {
          const answer = await this.service.request('POST', '/api/documents', { key: owner.key, body });
          if (answer.status !== 201) throw new Error(`No document: ${answer.text}`);
          owner.documents.push({
            id: answer.body.id as string,
            owner,
            title: body.title,
            filename: body.filename,
            words: wordsIn(body),
            formerWords: [],
            isDeleted: false,
          });
        }
      }),
    );
    this.documents.push(...made.flatMap(({ documents }) => documents));
  }

  /** Rewrites a sixth of them, renames a sixth, and deletes a sixth. */
  async change(): Promise<void> {
    const changes = this.documents.map((document, number) => ({
      document,
      kind: ['rewritten', 'renamed', 'deleted'][number % 6],
      text: this.textOf(document.owner.vocabulary),
    }));
    await Promise.all(
      changes.map(async ({ document, kind, text: { title, filename, content } }) => {
        if (kind === undefined) return;
        const { key } = document.owner;
        const path = `/api/documents/${document.id}`;
        if (kind === 'deleted') {
          await this.service.request('DELETE', path, { key });
          document.isDeleted = true;
          return;
        }
        const body = kind === 'renamed' ? { title, filename } : { content };
        const answer = await this.service.request('PATCH', path, { key, body });
        if (answer.status !== 200) throw new Error(`No change: ${answer.text}`);
        document.formerWords = document.words;
        document.title = answer.body.title as string;
        document.filename = answer.body.filename as string | null;
        document.words = wordsIn(answer.body);
      }),
    );
  }

  /** The documents that somebody may read, newest first: one's own. */
  of({ documents }: Owned): OwnedDocument[] {
    return documents.filter(({ isDeleted }) => !isDeleted).toReversed();
  }

  /** The ids of those that have one of the words. */
  with(owner: Owned, isWanted: (word: string) => boolean): string[] {
    return this.of(owner)
      .filter(({ words }) => words.some(isWanted))
      .map(({ id }) => id)
      .sort();
  }

  protected textOf(vocabulary: readonly string[]) {
    const some = (count: number) =>
      Array.from({ length: count }, () => vocabulary[this.random() % vocabulary.length]!).join(' ');
    return {
      title: some(2),
      filename: this.random() % 2 === 0 ? `${some(1)}/${some(1)}` : null,
      content: `${some(4)}.\n\n${some(3)}.`,
    };
  }

  /** Words that no mistake turns into each other, and that are no words of any language. */
  private wordsOf(count: number): string[] {
    const letter = (letters: string) => letters[this.random() % letters.length]!;
    const syllable = () => letter(CONSONANTS) + letter(VOWELS);
    return Array.from(
      { length: count },
      () => Array.from({ length: 5 }, syllable).join('') + letter(CONSONANTS),
    );
  }
}

export const wordsIn = ({
  title,
  filename,
  content,
}: {
  title: string;
  filename: string | null;
  content: string;
}) => `${title} ${filename ?? ''} ${content}`.match(/[a-z]+/g) ?? [];
