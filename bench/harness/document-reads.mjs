// Contains what `documents_get` and `documents_list` read, as `pg` alone reads it, and compares the answers with it.
import { deepStrictEqual } from 'node:assert/strict';

export const LISTED = 20;

const LIST_COLUMNS = 'id, title, filename, language, created_at AS "createdAt", updated_at AS "updatedAt"';

export const GET = {
  name: 'bench_get',
  text: `SELECT ${LIST_COLUMNS}, content FROM documents WHERE owner_id = $1 AND id = $2`,
};
/** Reads one row more, which tells whether there is another page. */
export const LIST = {
  name: 'bench_list',
  text: `SELECT ${LIST_COLUMNS} FROM documents WHERE owner_id = $1 ORDER BY id DESC LIMIT $2`,
};

const asJson = (value) => JSON.parse(JSON.stringify(value));

/** @throws AssertionError when a tool answers other than REST or the table does */
export async function compareAnswers(url, key, database, { userId, ids }) {
  const rest = async (path) => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
    return answer.json();
  };
  const tool = async (name, input = {}) => {
    const { result } = await postCall(url, key, name, input);
    deepStrictEqual(JSON.parse(result.content[0].text), result.structuredContent);
    return result.structuredContent;
  };
  for (const id of ids.slice(0, 50)) {
    const [row] = await database.query(GET.text, [userId, id]);
    const answer = await tool('documents_get', { id });
    deepStrictEqual(answer, asJson(row));
    deepStrictEqual(await rest(`/api/documents/${id}`), answer);
  }
  const rows = await database.query(LIST.text, [userId, LISTED]);
  const list = await tool('documents_list', { limit: LISTED });
  deepStrictEqual(list.documents, asJson(rows));
  deepStrictEqual(await rest(`/api/documents?limit=${LISTED}`), list);
  const next = await tool('documents_list', { limit: LISTED, cursor: list.nextCursor });
  const both = await database.query(LIST.text, [userId, 2 * LISTED]);
  deepStrictEqual(next.documents, asJson(both.slice(LISTED)));
  deepStrictEqual(withoutCount(await tool('whoami')), withoutCount(await rest('/api/me')));
}

/** The calls left change with each call. */
const withoutCount = ({ limits, ...rest }) => ({ ...rest, limits: [limits.policy, limits.limit] });

async function postCall(url, key, name, input) {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
  });
  return answer.json();
}
