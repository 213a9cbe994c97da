import type { Access } from '../../src/documents/sharing/reader.js';
import { type Owned, type OwnedDocument, OwnedDocuments, SCOPES, wordsIn } from './owned-documents.js';
import { Teams } from './teams.js';
import type { TestService } from './test-service.js';

export interface SharingTeam {
  /** The team as an owner of documents, with a key of its own. */
  owned: Owned;
  members: Map<Owned, 'member' | 'maintainer'>;
}

const POWERS: readonly Access[] = ['reader', 'editor', 'owner'];

/** Documents of people and teams, shared by the service, and in memory what each of them must find. */
export class SharedDocuments extends OwnedDocuments {
  readonly people: Owned[] = [];
  readonly sharing: SharingTeam[] = [];
  private readonly shares = new Map<OwnedDocument, Map<SharingTeam, 'reader' | 'editor'>>();
  private readonly rows: Teams;

  constructor(service: TestService, seed: number) {
    super(service, seed);
    this.rows = new Teams(service);
  }

  /** All who ask: people, and teams by their own keys. */
  get readers(): Owned[] {
    return [...this.people, ...this.sharing.map(({ owned }) => owned)];
  }

  async make(people: number, teams: number, each: number): Promise<void> {
    this.people.push(...(await this.write(people, each)));
    for (let number = 0; number < teams; number++) {
      const team = await this.rows.team();
      const key = await this.rows.key(team, [...SCOPES, 'documents:share']);
      this.sharing.push({ owned: this.owner(team.name, team, key), members: new Map() });
    }
    for (const person of this.people)
      person.key = await this.rows.key(person.user, ['documents:*', 'assistant:ask']);
    await this.writeFor(
      this.sharing.map(({ owned }) => owned),
      Math.ceil(each / 2),
    );
  }

  /** Changes something at random, mostly so that it is allowed. @returns what was answered otherwise than it must be */
  async changeOne(): Promise<string | undefined> {
    const [person, team, document] = [
      this.any(this.people),
      this.any(this.sharing),
      this.any(this.documents),
    ];
    switch (this.random() % 8) {
      case 0:
      case 1:
        return this.join(team, person, this.random() % 3 === 0 ? 'maintainer' : 'member');
      case 2:
        return this.leave(team, this.any([...team.members.keys(), person]));
      case 3:
        return this.rewrite(this.any(this.readers), document);
      case 4:
        return this.random() % 4 === 0 ? this.delete(this.any(this.readers), document) : undefined;
      case 5:
        return this.unshare(
          this.any(this.owners(document)),
          document,
          this.any(this.teamsOf(document, team)),
        );
      default:
        return this.share(
          this.any(this.owners(document)),
          document,
          team,
          this.random() % 2 === 0 ? 'reader' : 'editor',
        );
    }
  }

  override of(reader: Owned): OwnedDocument[] {
    return this.documents
      .filter((document) => this.accessTo(reader, document) !== undefined)
      .sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  private accessTo(reader: Owned, document: OwnedDocument): Access | undefined {
    if (document.isDeleted) return undefined;
    if (document.owner === reader) return 'owner';
    let power = -1;
    const raise = (access: Access) => (power = Math.max(power, POWERS.indexOf(access)));
    for (const team of this.sharing) {
      const role = team.members.get(reader);
      if (role && team.owned === document.owner) raise(role === 'maintainer' ? 'owner' : 'editor');
      const share = this.shares.get(document)?.get(team);
      if (share && (role || team.owned === reader)) raise(share);
    }
    return POWERS[power];
  }

  /** Those who may share it, and sometimes somebody who may not. */
  private owners(document: OwnedDocument): Owned[] {
    const owners = this.readers.filter((reader) => this.accessTo(reader, document) === 'owner');
    return this.random() % 6 === 0 || owners.length === 0 ? this.readers : owners;
  }

  private teamsOf(document: OwnedDocument, other: SharingTeam): SharingTeam[] {
    const known = [...(this.shares.get(document)?.keys() ?? [])];
    return known.length > 0 ? known : [other];
  }

  private any<T>(all: readonly T[]): T {
    return all[this.random() % all.length]!;
  }

  private async join(team: SharingTeam, person: Owned, role: 'member' | 'maintainer'): Promise<undefined> {
    await this.rows.join(named(team), person.user, role);
    team.members.set(person, role);
  }

  private async leave(team: SharingTeam, person: Owned): Promise<undefined> {
    await this.rows.leave(named(team), person.user);
    team.members.delete(person);
  }

  private async share(
    by: Owned,
    document: OwnedDocument,
    team: SharingTeam,
    role: 'reader' | 'editor',
  ): Promise<string | undefined> {
    const access = this.accessTo(by, document);
    const expected =
      access === 'owner' && team.owned === document.owner ? 400 : statusFor(access, 'owner', 200);
    const wrong = await this.send('PUT', `${document.id}/shares/${team.owned.user.id}`, by, expected, {
      role,
    });
    if (expected === 200)
      this.shares.set(
        document,
        (this.shares.get(document) ?? new Map<SharingTeam, 'reader' | 'editor'>()).set(team, role),
      );
    return wrong;
  }

  private unshare(by: Owned, document: OwnedDocument, team: SharingTeam): Promise<string | undefined> {
    const access = this.accessTo(by, document);
    const isShared = access !== 'owner' || this.shares.get(document)?.has(team);
    const expected = isShared ? statusFor(access, 'owner', 204) : 404;
    if (expected === 204) this.shares.get(document)!.delete(team);
    return this.send('DELETE', `${document.id}/shares/${team.owned.user.id}`, by, expected);
  }

  private rewrite(by: Owned, document: OwnedDocument): Promise<string | undefined> {
    const expected = statusFor(this.accessTo(by, document), 'editor', 200);
    const { content } = this.textOf(by.vocabulary);
    if (expected === 200) {
      const { title, filename } = document;
      document.formerWords = document.words;
      document.words = wordsIn({ title, filename, content });
    }
    return this.send('PATCH', document.id, by, expected, { content });
  }

  private delete(by: Owned, document: OwnedDocument): Promise<string | undefined> {
    const expected = statusFor(this.accessTo(by, document), 'owner', 204);
    if (expected === 204) document.isDeleted = true;
    return this.send('DELETE', document.id, by, expected);
  }

  private async send(
    method: string,
    path: string,
    { name, key }: Owned,
    expected: number,
    body?: object,
  ): Promise<string | undefined> {
    const { status, text } = await this.service.request(method, `/api/documents/${path}`, {
      key,
      ...(body && { body }),
    });
    return status === expected
      ? undefined
      : `${name}: ${method} ${path} is answered ${status}, not ${expected}: ${text}`;
  }
}

const named = ({ owned: { user, name } }: SharingTeam) => ({ ...user, name });

const statusFor = (access: Access | undefined, least: Access, done: number): number =>
  access === undefined ? 404 : POWERS.indexOf(access) < POWERS.indexOf(least) ? 403 : done;
