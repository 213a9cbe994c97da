import { sentencesOf } from './sentence-ends.js';

describe('sentencesOf', () => {
  it.each([
    [
      'ends a sentence at a full stop, a question mark and an exclamation mark',
      ['It rains.', 'Why?', 'Stop!', 'Go on'],
    ],
    [
      'keeps numbers and versions whole',
      ['It grew by 3.5 per cent to 1.200,50 Euro.', 'Version 2.0.1 is out.'],
    ],
    ['knows abbreviations', ['Dr. Smith met Mr. Jones, e.g. at No. 5.', 'Then he left.']],
    [
      'knows German abbreviations',
      ['Das gilt z. B. für Hr. Müller bzw. Fr. Strauß, d. h. Beide.', 'Mehr nicht.'],
    ],
    ['keeps the initials of a name', ['Signed by J. R. Smith.', 'He left.']],
    ['ends behind a unit of one letter', ['It needs another 25 W.', 'The warranty lasts three years.']],
    [
      'knows German dates and ordinals',
      ['Bis zum 30. April oder am 3. Tag ist Zeit.', 'Die Frist war der 12. Mai 2026.', 'Danach nicht.'],
    ],
    ['ends behind a number', ['The deadline was 10.', 'Now it is 60.']],
    ['goes on with a small letter', ['The file is main. ts and nothing else.', 'Yes.']],
    [
      'keeps addresses and file names whole',
      ['Write to a.b@example.com or see docs/readme.md now.', 'Thanks.'],
    ],
    ['includes what closes it', ['He said: "It rains."', 'She (too.)', 'Both.']],
    ['knows French marks with a space', ['Qui recrute ?', 'Madame Muller recrute !', 'M. Çelik aussi.']],
    [
      'takes dots of omission for an end only before a capital letter',
      ['Wait... it goes on.', 'Wait...', 'Now.'],
    ],
  ])('%s', (_, sentences) => {
    expect(sentencesOf(sentences.join(' '))).toEqual(sentences);
  });

  it('ends sentences of scripts that put no space between words', () => {
    expect(sentencesOf('売上は125,000ドルでした。それは最高です！本当？')).toEqual([
      '売上は125,000ドルでした。',
      'それは最高です！',
      '本当？',
    ]);
    expect(sentencesOf('收入为12.5万元。很好。')).toEqual(['收入为12.5万元。', '很好。']);
  });

  it('has none for a text without words', () => {
    expect(sentencesOf('')).toEqual([]);
    expect(sentencesOf('  ')).toEqual([]);
  });
});
