// Ways to have a secret stand in an answer or in a row: marks, cuts and escapes around it.
import { rowsOf } from '../site.mjs';
import { notHeld } from '../tries.mjs';

// Put together here, so that no tool that looks for secrets finds one in this file.
const letters = (count) => 'a7Qz3kX5'.repeat(Math.ceil(count / 8)).slice(0, count);
const AWS = `AKIA${'A7QZ3KX5'.repeat(2)}`;
const GITHUB = `ghp_${letters(40)}`;
const BEARER = letters(32);
const JWT = ['eyJhbGciOiJIUzI1NiJ9', `eyJ${letters(40)}`, letters(43)].join('.');
const LINES = Array.from({ length: 24 }, (_, line) => `${line}x${letters(60)}`);
const PEM = ['-----BEGIN RSA PRIVATE KEY-----', ...LINES, '-----END RSA PRIVATE KEY-----'];

const filler = (length) => 'The weather is mild. '.repeat(length).slice(0, length);

/** @param {string} key of a caller that reads and writes documents */
export async function secretsOut(tries, site, service, { key }) {
  const { client } = service;
  const telling = [key.slice(-40), AWS.slice(-16), GITHUB.slice(-20), BEARER.slice(-20), JWT.slice(-20)];
  const noneIn = (text) => {
    for (const part of [...telling, letters(30)])
      if (text.includes(part)) notHeld(`${part} stands in ${text.slice(0, 400)}`);
  };
  const write = (content) =>
    client.send('POST', '/api/documents', { key, body: { title: 'Notes', content } });

  await write(
    `We answer ${key} alone. The key = ${AWS} too. Authorization: Bearer ${BEARER} is sent, the token ${GITHUB} as well, in a session ${JWT}.\n${PEM.join('\n')}\nThe zebra.`,
  );
  const prefix = key.slice(0, key.lastIndexOf('_'));
  for (const query of [
    prefix,
    'key',
    'private',
    'begin',
    'bearer',
    'ghp',
    'session',
    'zebra',
    `${prefix} or key or token`,
  ]) {
    await tries.make(`a search for ${query}`, async () =>
      noneIn((await client.call(key, 'documents_search', { query })).text),
    );
    await tries.make(`an answer about ${query}`, async () =>
      noneIn(
        (await client.rpc(key, 'prompts/get', { name: 'documents_answer', arguments: { question: query } }))
          .text,
      ),
    );
  }

  for (const [kind, secret] of Object.entries({ own: key, AWS, GITHUB, JWT, private: PEM.join('\n') }))
    for (const shown of [5, secret.length - 5])
      await tries.make(`a cut through a secret (${kind}), ${shown} characters behind its start`, async () => {
        const word = `cut${kind}${shown}`.toLowerCase();
        await write(`${word} ${filler(8_000 - shown - word.length - 2)} ${secret} and more`);
        await write(
          `${filler(3_000)}\n${secret} ${filler(Math.max(0, 1_498 - secret.length + shown))} ${word}`,
        );
        noneIn((await client.call(key, 'documents_search', { query: word })).text);
        const question = { name: 'documents_answer', arguments: { question: word } };
        noneIn((await client.rpc(key, 'prompts/get', question)).text);
      });

  const BEFORE = ['%3D', '%20', '%22', '%3A%2F', '%253D', '=3D', '\\x3d', '\\u003d', '_', '-', 'x'];
  for (const before of BEFORE)
    for (const [kind, secret] of Object.entries({ AWS, JWT }))
      await tries.make(`a row of a secret (${kind}) behind ${before}`, async () => {
        const text = `https://x/?aws${before}${secret}`;
        const { id, text: found } = await client.call(key, 'documents_search', { query: text });
        const read = await client.rpc(key, 'resources/read', { uri: text });
        const whoami = { name: 'whoami', arguments: {} };
        const agent = await client.rpc(key, 'tools/call', whoami, { 'user-agent': `a ${before}${secret}` });
        for (const answer of [found, read.text, agent.text]) noneIn(answer);
        const rows = await rowsOf(site, service, [id, read.id, agent.id]);
        if (rows.length !== 3) notHeld(`${rows.length} rows`);
        noneIn(JSON.stringify(rows));
      });
  for (const [title, text] of Object.entries({
    'in a quotation': PEM.map((line) => `> ${line}`).join('\n'),
    'in comments': PEM.map((line) => `# ${line}`).join('\n'),
    'in a diff': PEM.map((line) => `-${line}`).join('\n'),
    'in HTML': PEM.join('<br>'),
    'in strings': PEM.map((line) => `"${line}\\n"`).join(' +\n'),
    'in a URL': encodeURIComponent(PEM.join('\n')),
  }))
    await tries.make(`a private key ${title}`, async () => {
      const { body } = await write(text);
      noneIn((await client.call(key, 'documents_get', { id: body.id })).text);
    });
}
