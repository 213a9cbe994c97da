// Writes and searches documents over REST, as a client with a key does.
import pLimit from 'p-limit';

const AT_ONCE = 4;

export class Rest {
  constructor(url, key) {
    this.url = `${url}/api/documents`;
    this.headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  }

  async post(path, body) {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  /** @returns the id of the new document */
  async create(document) {
    const { status, body } = await this.post('', document);
    if (status !== 201) throw new Error(`A document was not created: ${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  /** @returns the results, best first */
  async search(query, limit = 10) {
    const { status, body } = await this.post('/search', { query, limit });
    if (status !== 200) throw new Error(`The search answered ${status}: ${JSON.stringify(body)}`);
    return body.results;
  }

  /** Runs a few requests at once. @returns what they give, in the same order */
  static each(items, request, atOnce = AT_ONCE) {
    const limit = pLimit(atOnce);
    return Promise.all(items.map((item) => limit(() => request(item))));
  }
}
