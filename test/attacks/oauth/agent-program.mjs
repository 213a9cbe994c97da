// The program of an agent, which shows who it is by a secret, and acts for itself or for whoever called it.
import { Program } from './program.mjs';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

export class AgentProgram extends Program {
  /** Makes an agent with a client. @param key of an administrator, whose organisation it is of @param client more of the client */
  static async make(people, { scopes, key = people.site.adminKey, client = {} }) {
    const post = async (path, body) => {
      const answer = await people.client.send('POST', path, { key, body });
      if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.text}`);
      return answer.body;
    };
    const agent = await post('/api/agents', { name: 'Attacked agent', scopes });
    const made = await post('/api/oauth/clients', { name: 'Attacked', agentId: agent.id, ...client });
    const program = new AgentProgram(people.client, made.clientId);
    return Object.assign(program, { agentId: agent.id, secret: made.clientSecret });
  }

  /** The same program at another service. */
  at(client) {
    return Object.assign(new AgentProgram(client, this.id), { agentId: this.agentId, secret: this.secret });
  }

  token(members, headers = {}) {
    const pair = Buffer.from(`${this.id}:${this.secret}`).toString('base64');
    return super.token(members, { authorization: `Basic ${pair}`, ...headers });
  }

  /** A token of the agent itself. */
  async own(members = {}, headers) {
    const answer = await this.token({ grant_type: 'client_credentials', ...members }, headers);
    if (answer.status !== 200) throw new Error(`no token of its own: ${answer.text}`);
    return answer.body.access_token;
  }

  /** Asks for a token in exchange for the one that it was called with. */
  exchanged(token, members = {}, headers) {
    const form = {
      grant_type: EXCHANGE,
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
      ...members,
    };
    return this.token(form, headers);
  }

  /** @returns the token, where it is given */
  async actFor(token, members, headers) {
    const answer = await this.exchanged(token, members, headers);
    if (answer.status !== 200) throw new Error(`not exchanged: ${answer.text}`);
    return answer.body.access_token;
  }
}
