import { qrCode } from './qr-code.js';

/** Returns the dark modules that the drawing paints, by its rows. */
async function modulesOf(text: string): Promise<boolean[][]> {
  const { text: drawn } = await qrCode(text, 'Code');
  const size = Number(/viewBox="0 0 (\d+) \d+"/.exec(drawn)![1]);
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of drawn.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    rows[Number(y)]!.fill(true, Number(x), Number(x) + Number(width));
  return rows;
}

const FINDER = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];

describe('The drawing of a QR code', () => {
  it('has its three finder patterns, and four free modules around them', async () => {
    const rows = await modulesOf('otpauth://totp/Bouncer:ada@example.com?secret=ABC');
    const patternAt = (x: number, y: number) =>
      rows.slice(y, y + 7).map((row) =>
        row
          .slice(x, x + 7)
          .map(Number)
          .join(''),
      );
    const far = rows.length - 4 - 7;
    for (const [x, y] of [
      [4, 4],
      [far, 4],
      [4, far],
    ] as const)
      expect(patternAt(x, y)).toEqual(FINDER);
    const around = rows.flatMap((row, y) =>
      row.filter((_, x) => Math.min(x, y, rows.length - 1 - x, rows.length - 1 - y) < 4),
    );
    expect(around).not.toContain(true);
  });

  it('paints every dark module of the code once, and nothing else', async () => {
    const { encode } = await import('uqr');
    const text = 'otpauth://totp/Bouncer:ada@example.com?secret=ABC&issuer=Bouncer';
    expect(await modulesOf(text)).toEqual(encode(text, { border: 4 }).data);
  });

  it('escapes its label', async () => {
    expect((await qrCode('a', '"><script>')).text).not.toContain('<script>');
  });
});
