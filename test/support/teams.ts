import { generateApiKey } from '../../src/api-keys/key-format.js';
import { newId } from '../../src/common/new-id.js';
import { DEFAULT_ORGANIZATION } from '../../src/access/principal.js';
import type { TestService, TestUser } from './test-service.js';

/** A team, with the address that it has as a principal. */
export interface TestTeam extends TestUser {
  name: string;
}

/** Makes organisations, teams and their members as rows, and keys of any principal in any organisation. */
export class Teams {
  private made = 0;

  constructor(private readonly service: TestService) {}

  async organization(): Promise<string> {
    const id = newId();
    await this.service.query('INSERT INTO organizations (id, name) VALUES ($1, $2)', [id, `Example ${id}`]);
    return id;
  }

  async team(members: readonly TestUser[] = [], organizationId = DEFAULT_ORGANIZATION): Promise<TestTeam> {
    const id = newId();
    const team = { id, email: `${id}@team.invalid`, name: `Team ${++this.made}` };
    await this.service.query(
      `INSERT INTO users (id, email, name, kind, tier) VALUES ($1, $2, $3, 'team', 'development')`,
      [id, team.email, team.name],
    );
    await this.addMembership(id, organizationId);
    await this.service.query('INSERT INTO teams (id, organization_id, name) VALUES ($1, $2, $3)', [
      team.id,
      organizationId,
      team.name,
    ]);
    for (const member of members) await this.join(team, member);
    return team;
  }

  async join(team: TestTeam, { id }: { id: string }, role = 'member'): Promise<void> {
    await this.service.query(
      `INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, $3)
       ON CONFLICT (team_id, user_id) DO UPDATE SET role = excluded.role`,
      [team.id, id, role],
    );
  }

  async leave(team: TestTeam, { id }: { id: string }): Promise<void> {
    await this.service.query('DELETE FROM team_members WHERE team_id = $1 AND user_id = $2', [team.id, id]);
  }

  /** A key with which a principal acts in an organisation. */
  async key(
    { id }: { id: string },
    scopes: readonly string[],
    organizationId = DEFAULT_ORGANIZATION,
  ): Promise<string> {
    await this.addMembership(id, organizationId);
    const key = generateApiKey('mcp');
    await this.service.query(
      `INSERT INTO api_keys (id, user_id, organization_id, name, key_hash, start, scopes)
       VALUES ($1, $2, $3, 'Spec key', sha256(convert_to($4, 'UTF8')), left($4, 8), $5)`,
      [newId(), id, organizationId, key, scopes],
    );
    return key;
  }

  private async addMembership(id: string, organizationId: string): Promise<void> {
    await this.service.query(
      `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'member') ON CONFLICT DO NOTHING`,
      [organizationId, id],
    );
  }
}
