// Finding out by searches what one may not see: the words and secrets of another owner, and of one's own secrets what is masked
// for agents. Each search is asked twice, before and after there is something to find out: both answers must be the same.
import { randomBytes } from 'node:crypto';
import { generateApiKey } from '../../../dist/api-keys/key-format.js';
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';

/** Words of the victim; the attacker's texts have the stems of some, and words that come near to others. */
const WORDS = ['quixotrel', 'organization', 'zanzibarium', 'acquisitions', 'Vertragsstrafenregelung'];
const PROBES = 'The organ was acquired. An acquisition of quixote and zanzibar, a Vertrag with Strafen.';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const SCOPES = ['documents:read', 'documents:write', 'documents:delete'];

async function attack(tries) {
  await Site.with(async (site) => {
    const { client } = await site.start();
    await foreignWords(tries, site, client);
    await maskedSecrets(tries, site, client);
  });
}

/** Nothing that another owner has changes an answer. */
async function foreignWords(tries, site, client) {
  const attacker = await site.person(client, { scopes: SCOPES });
  const victim = await site.person(client, { scopes: SCOPES });
  const write = ({ key }, title, content, filename) =>
    client.send('POST', '/api/documents', { key, body: { title, content, filename } });
  await write(attacker, 'Probes', PROBES, 'probes/organ.md');
  const secrets = secretsOf();
  const guesses = [...WORDS, ...Object.values(secrets).map(({ secret }) => secret)].flatMap(guessesOf);
  const ways = {
    'over REST': async (query) =>
      (await client.send('POST', '/api/documents/search', { key: attacker.key, body: { query } })).body,
    'to a tool': async (query) =>
      (await client.call(attacker.key, 'documents_search', { query })).body.result.structuredContent,
    'to a prompt': async (question) =>
      (await client.rpc(attacker.key, 'prompts/get', { name: 'documents_answer', arguments: { question } }))
        .body.result,
  };
  const asked = guesses.flatMap((guess, number) => {
    const [way, ask] = Object.entries(ways)[number % 3];
    return [{ title: `${guess} ${way}`, ask: async () => JSON.stringify(await ask(guess.slice(0, 10_000))) }];
  });
  for (const one of asked) one.before = await one.ask();

  const texts = Object.values(secrets).map(({ text }) => text);
  for (const word of WORDS)
    await write(victim, `About ${word}`, `${word} ${texts.join('\n')}`, `${word}/${word}.md`);
  await write(
    victim,
    'Crowd',
    Array.from(LETTERS, (letter) => `organ${letter} quixote${letter} zanzib${letter}`).join(' '),
  );
  const ids = (await client.send('GET', '/api/documents', { key: victim.key })).body.documents.map(
    ({ id }) => id,
  );
  for (const { title, ask, before } of asked)
    await tries.make(`a search for ${title}, before and after another owner writes it`, async () => {
      const after = await ask();
      if (after !== before) notHeld(`${before} became ${after}`);
    });
  for (const id of ids)
    for (const length of [0, 8, 20, 36])
      await tries.make(`a completion of ${id.slice(0, length)}`, async () => {
        const ref = { type: 'ref/resource', uri: 'document://{id}' };
        const argument = { name: 'id', value: id.slice(0, length) };
        const { text } = await client.rpc(attacker.key, 'completion/complete', { ref, argument });
        if (ids.some((one) => text.includes(one))) notHeld(text);
      });
}

/**
 * Of a secret that is masked for agents, a guess of a part is answered as it is to somebody whose text is the same with another secret:
 * in results, words and counts.
 */
async function maskedSecrets(tries, site, client) {
  const others = secretsOf();
  for (const [kind, { secret, text }] of Object.entries(secretsOf())) {
    const keyTo = async (content) => {
      const { key } = await site.person(client, { scopes: SCOPES });
      const body = { title: 'Notes', content: `${content}\n\nThe zebra grazes.` };
      await client.send('POST', '/api/documents', { key, body });
      return key;
    };
    const [key, other] = [await keyTo(text), await keyTo(others[kind].text)];
    const told = async (by, query) => {
      const { body } = await client.call(by, 'documents_search', { query });
      const { results, ...rest } = body.result.structuredContent;
      const found = results.map(({ excerpt, matched }) => ({
        excerpt: excerpt.replace(/mcp_\w{4}/, 'mcp_'),
        matched,
      }));
      return JSON.stringify({ found, ...rest });
    };
    for (const guess of partsOf(secret).flatMap(guessesOfPart))
      await tries.make(`a search for ${guess}, of a secret (${kind})`, async () => {
        const [right, wrong] = [await told(key, guess), await told(other, guess)];
        if (right !== wrong) notHeld(`${right}, and ${wrong} where it is not in it`);
      });
    await tries.make(`a search beside a secret (${kind})`, async () => {
      const { text: answer } = await client.call(key, 'documents_search', { query: 'zebra' });
      if (!answer.includes('**zebra**')) notHeld(answer);
      for (const part of partsOf(secret)) if (part.length > 5 && answer.includes(part)) notHeld(answer);
    });
    await tries.make(`a search for a secret as a whole (${kind}), which finds it`, async () => {
      const found = JSON.parse(await told(key, text)).found.length;
      if (found !== 1) notHeld(`${found} results`);
    });
  }
}

/** What one asks to find out a word that another has: its start, its end, its middle, mistakes, forms and operators. */
function guessesOf(word) {
  const starts = Array.from({ length: Math.min(12, word.length - 2) }, (_, at) => word.slice(0, at + 2));
  const middle = Math.floor(word.length / 2);
  return [
    ...starts.map((start) => `${start}*`),
    ...starts.slice(3).map((start) => start),
    word,
    `${word}s`,
    word.slice(3),
    word.slice(2, -2),
    word.slice(0, middle) + word.slice(middle + 1),
    word.slice(0, middle) + word[middle + 1] + word[middle] + word.slice(middle + 2),
    `${word.slice(0, -1)}x`,
    `"About ${word}"`,
    `"${word} ${word}"`,
    `+${word} probes`,
    `-${word} probes`,
    `probes or ${word}`,
    `${word}.md`,
    `${word}/${word}`,
    `probes ${word.slice(0, 5)}* ${word.slice(0, -1)}`,
  ];
}

/** The words of a secret as a search takes them: it cuts where small letters meet large ones, and at signs. */
const partsOf = (secret) => secret.match(/[A-Z]*[a-z0-9]+|[A-Z0-9]+/g).filter((part) => !HEADS.has(part));
/** What a mask shows of a secret anyway: who has issued it. */
const HEADS = new Set(['mcp', 'ghp', 'BEGIN', 'END', 'RSA', 'PRIVATE', 'KEY']);

/** What one asks to find out whether a secret has a part, and which one follows it. */
function guessesOfPart(part, number, parts) {
  const next = parts[number + 1] ?? '';
  return [
    part,
    `+${part}`,
    `"${part} ${next}"`,
    `${part}*`,
    `${part.slice(0, -1)}*`,
    `${part}${next}`,
    `zebra -${part}`,
    `zebra ${part}`,
    `${part.slice(1)}${part[0]}`,
  ].filter((guess) => /[A-Za-z0-9]/.test(guess));
}

/** Put together here, so that no tool that looks for secrets finds one in this file. */
function secretsOf() {
  const letters = (count) =>
    Array.from(randomBytes(count), (byte) => LETTERS[byte % LETTERS.length]).join('');
  const own = generateApiKey('mcp');
  const github = `ghp_${letters(40)}`;
  const aws = `${letters(19)}/${letters(20)}`;
  const bearer = `${letters(31)}7`;
  const jwt = ['eyJhbGciOiJIUzI1NiJ9', `eyJ${letters(40)}`, letters(43)].join('.');
  const lines = Array.from({ length: 2 }, () => letters(64));
  const pem = ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----'].join('\n');
  return {
    own: { secret: own, text: `We answer ${own} alone.` },
    github: { secret: github, text: `The token ${github} is of the robot.` },
    aws: { secret: aws, text: `aws_secret_access_key = ${aws}` },
    bearer: { secret: bearer, text: `Authorization: Bearer ${bearer} is sent.` },
    jwt: { secret: jwt, text: `Its session is ${jwt}.` },
    'private key': { secret: lines.join('\n'), text: pem },
  };
}

export const probing = { attack };
