// A day of calls, as rows of the audit. They are inserted, and not made, because nobody waits a day for a picture.

const HOUR_MS = 3_600_000;
const TOOLS = [
  ['documents_search', 50, 'success'],
  ['documents_get', 30, 'success'],
  ['documents_list', 12, 'success'],
  ['documents_create', 4, 'success'],
  ['documents_update', 3, 'success'],
  ['documents_delete', 1, 'denied'],
];
const DRAWN = TOOLS.flatMap(([tool, share, outcome]) => Array.from({ length: share }, () => [tool, outcome]));
/** How much is going on in an hour of the day, from 0 to 1: people work from 8 to 18, agents always. */
const bustle = (hour) => 0.15 + 0.85 * Math.exp(-(((hour - 13) / 4) ** 2));

/** Numbers from 0 to 1 that are the same at every run. */
function* numbers() {
  for (let state = 20_251; ;) {
    state = (state * 48_271) % 0x7fffffff;
    yield state / 0x7fffffff;
  }
}

const INSERT = `
  INSERT INTO audit_events (id, occurred_at, recorded_at, node_id, node_seq, user_id, user_name, key_id, key_start, key_name, action, tool,
                            outcome, reason, elevated, scopes, ip, user_agent, request_id, duration_ms, metadata, actors, organization_id)
  SELECT (lpad(to_hex(at), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
         to_timestamp(at / 1000.0), now(), md5('sample')::uuid, n, "userId", "userName", "keyId", start, "keyName", 'tools/call', tool,
         outcome, CASE outcome WHEN 'denied' THEN 'insufficient_scope' END, false, '{documents:read}', '192.0.2.7', 'example/1.0', md5(n::text), ms, '{}',
         actors, (SELECT id FROM organizations ORDER BY id LIMIT 1)
  FROM jsonb_to_recordset($1::jsonb) AS call(n int, at bigint, "userId" uuid, "userName" text, "keyId" uuid, start text, "keyName" text,
       tool text, outcome text, ms float8, actors text[])`;

/** @param query runs SQL as the owner of the tables @param keys those that called */
export async function insertDay(query, keys) {
  const drawn = numbers();
  const next = () => drawn.next().value;
  const rows = [];
  const now = Date.now();
  for (let hour = 24; hour > 0; hour--) {
    const begun = now - hour * HOUR_MS;
    const calls = Math.round(260 * bustle(new Date(begun).getHours()) * (0.85 + 0.3 * next()));
    for (let call = 0; call < calls; call++) {
      const key = keys[Math.floor(keys.length * next() ** 1.5)];
      const [tool, outcome] = DRAWN[Math.floor(DRAWN.length * next())];
      rows.push({
        n: rows.length,
        at: Math.floor(begun + next() * HOUR_MS),
        userId: key.owner.id,
        userName: key.owner.name,
        keyId: key.id,
        start: key.start,
        keyName: key.name,
        tool,
        outcome,
        ms:
          outcome === 'denied' ? 0.4 : Math.exp(1 + next() + next()) * (tool === 'documents_search' ? 3 : 1),
        actors: key.actor ? [key.actor.id, key.owner.id] : null,
      });
    }
  }
  await query(INSERT, [JSON.stringify(rows)]);
}
