import { wordsOf } from './words.js';

const texts = (text: string) => wordsOf(text).words.map((word) => word.text);
const wholes = (text: string) => wordsOf(text).compounds.map((compound) => compound.text);

describe('wordsOf', () => {
  it('says where each word stands', () => {
    const text = 'Trains, 1st class';
    expect(wordsOf(text).words.map(({ start, end }) => text.slice(start, end))).toEqual([
      'Trains',
      '1st',
      'class',
    ]);
  });

  it('splits an identifier into its words and keeps it as a whole', () => {
    expect(texts('PaymentGatewayClient')).toEqual(['Payment', 'Gateway', 'Client']);
    expect(wholes('PaymentGatewayClient')).toEqual(['PaymentGatewayClient']);
    expect(texts('max_pool_size')).toEqual(['max', 'pool', 'size']);
    expect(wholes('max_pool_size')).toEqual(['maxpoolsize']);
    expect(texts('HTTPServer')).toEqual(['HTTP', 'Server']);
    expect(wholes('OPS-3391')).toEqual(['OPS3391']);
  });

  it('keeps an address or a date of digits with what separates them', () => {
    expect(wholes('at 10.20.0.53 since 2026-11-29')).toEqual(['10.20.0.53', '2026-11-29']);
  });

  it('reads a number with separators of thousands as one word, whatever they are', () => {
    for (const number of ['480,000', '480.000', "480'000", '480’000', '480\u00a0000', '480\u202f000'])
      expect(texts(`EUR ${number} a year`)).toEqual(['EUR', '480000', 'a', 'year']);
    expect(texts('1,234,567')).toEqual(['1234567']);
    expect(texts('12,34')).toEqual(['12', '34']);
  });

  it('finds a number whose thousands a space separates as a whole, too', () => {
    expect(texts('73 400 euros')).toEqual(['73', '400', 'euros']);
    expect(wholes('73 400 euros and 1 234 567 of 12 34')).toEqual(['73400', '1234567']);
  });

  it('keeps accents, and marks of their own, within a word', () => {
    expect(texts('Müller résumé re\u0301sume\u0301')).toEqual(['Müller', 'résumé', 're\u0301sume\u0301']);
  });

  it('takes two neighbouring characters for a word where a script puts no spaces', () => {
    expect(texts('東京都')).toEqual(['東京', '京都']);
    expect(texts('東')).toEqual(['東']);
    expect(wholes('東京都')).toEqual([]);
  });

  it('cuts a word of more than 64 characters, and takes no row of numbers for one', () => {
    expect(texts('a'.repeat(100))).toEqual(['a'.repeat(64)]);
    expect(texts(`1${',234'.repeat(100)}`)).toEqual([`1${'234'.repeat(21)}`]);
    expect(wholes('123 '.repeat(100))).toEqual([]);
  });
});
