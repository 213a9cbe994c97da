// Tries at the token endpoint that give nothing: no token in the answer, no row of a grant or a token, and no row of the audit that says so.
import { rowsOf, settled } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { noTokens } from './program.mjs';

const ROWS = `
  SELECT jsonb_build_object(
    'refresh tokens', (SELECT count(*) FROM oauth_refresh_tokens),
    'access tokens', (SELECT count(*) FROM oauth_access_tokens),
    'grants', (SELECT jsonb_agg(jsonb_build_array(id, scopes, issuer_scopes) ORDER BY id) FROM oauth_consents),
    'documents', (SELECT count(*) FROM documents)) AS rows`;

export class NothingGiven {
  answers = [];

  constructor(people) {
    this.people = people;
  }

  /** Runs a try that gives nothing. @param error what the answer says, where only one thing is right */
  async by(attempt, error) {
    const answer = await this.unchanged(attempt);
    noTokens(answer, error);
    this.answers.push(answer);
  }

  /** Runs an attempt after which the same grants, tokens and documents are there. */
  async unchanged(attempt) {
    const before = await this.rows();
    const answer = await attempt();
    const after = await this.rows();
    if (after !== before) notHeld(`left rows: ${before} became ${after}`);
    return answer;
  }

  /** What all tries together left in the audit: a refusal each, and nothing that was given. */
  async recorded() {
    const { site, services } = this.people;
    for (const service of services) await settled(service);
    const rows = await rowsOf(
      site,
      services[0],
      this.answers.map(({ id }) => id),
    );
    const given = rows.filter(({ outcome }) => outcome === 'success');
    if (given.length > 0) notHeld(`recorded as given: ${JSON.stringify(given[0])}`);
    const denied = new Set(rows.map(({ request_id: id }) => id));
    const missing = this.answers.filter(({ id }) => !denied.has(id));
    if (missing.length > 0)
      notHeld(
        `${missing.length} of ${this.answers.length} refusals are not recorded, such as ${missing[0].text}`,
      );
  }

  async rows() {
    return JSON.stringify((await this.people.site.query(ROWS))[0].rows);
  }
}
