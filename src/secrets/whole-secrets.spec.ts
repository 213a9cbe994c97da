import { spanOfWholeSecrets } from './whole-secrets.js';

// Put together here, so that no tool that looks for secrets finds one in this file.
const AWS = `AKIA${'A7QZ3KX5'.repeat(2)}`;
const TOKEN = 'a7Qz3kX5'.repeat(4);
const PEM = [
  '-----BEGIN PRIVATE KEY-----',
  ...Array.from({ length: 50 }, () => 'a7Qz3kX5'.repeat(8)),
  '-----END PRIVATE KEY-----',
].join('\n');

const partOfWholeSecrets = (text: string, from: number, to: number) => {
  const { start, end } = spanOfWholeSecrets(text, from, to);
  return text.slice(start, end);
};
const startOfWholeSecrets = (text: string, most: number) => partOfWholeSecrets(text, 0, most);

describe('spanOfWholeSecrets', () => {
  it('leaves out a secret that the cut goes through, wherever it does', () => {
    for (const secret of [AWS, PEM, `Bearer ${TOKEN}`]) {
      const text = `It is ${secret} and so on`;
      for (let most = 7; most < 6 + secret.length; most++)
        expect(startOfWholeSecrets(text, most)).toBe('It is ');
      expect(startOfWholeSecrets(text, 6 + secret.length)).toBe(`It is ${secret}`);
    }
  });

  it('cuts any other text where it is asked to', () => {
    const text = `${AWS} is before, ${'and prose '.repeat(20)} and ${AWS} behind`;
    expect(startOfWholeSecrets(text, 100)).toBe(text.slice(0, 100));
    expect(startOfWholeSecrets(text, text.length)).toBe(text);
  });

  it('leaves out a private key that is longer than what is read of it', () => {
    const endless = `It is -----BEGIN PRIVATE KEY-----\n${`${'a7Qz3kX5'.repeat(8)}\n`.repeat(400)}`;
    expect(startOfWholeSecrets(endless, 1_000)).toBe('It is ');
  });

  it('begins behind a secret that its first cut goes through, wherever it does', () => {
    for (const secret of [AWS, PEM, `Bearer ${TOKEN}`]) {
      const text = `It is ${secret} and so on`;
      for (let from = 7; from < 6 + secret.length; from++)
        expect(partOfWholeSecrets(text, from, text.length)).toBe(' and so on');
      expect(partOfWholeSecrets(text, 6, text.length)).toBe(`${secret} and so on`);
    }
  });
});
