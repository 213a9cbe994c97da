import { lineText, linesText } from './line-text.js';

describe('A text for a line', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred\u001b[0m'],
    ['a control character of C1', 'a\u009b31m'],
    ['a line feed', 'a\nb'],
    ['a line separator', 'a\u2028b'],
    ['U+061C', 'a\u061cb'],
    ['a change of direction', 'a\u202eb\u2066c'],
    ['a zero-width space', 'a\u200bb'],
    ['a word joiner', 'a\u2060b'],
    ['a byte order mark', 'a\ufeffb'],
    ['a joiner', 'a\u200db\u200c'],
    ['tag characters', 'a\u{e0041}\u{e0001}\u{e0000}b'],
    ['a soft hyphen', 'a\u00adb'],
    ['variation selectors', 'a\u{e0100}\u{e01ef}\u180bb'],
    ['a filler of Hangul', 'a\u3164\u115f\uffa0b'],
    ['a grapheme joiner', 'a\u034fb'],
    ['a character that is reserved to be invisible', 'a\u2065b'],
    ['a Braille blank', 'a\u2800b'],
  ])('shows %s as U+FFFD and keeps the rest', (_, text) => {
    const shown = lineText(text);
    expect(shown).toContain('\uFFFD');
    expect(shown).toMatch(/^[\x20-\x7e\uFFFD]+$/);
    expect(shown.replaceAll('\uFFFD', '')).toBe(text.replace(/[^\x20-\x7e]/gu, ''));
  });

  it('keeps letters of all scripts and emoji, and replaces half surrogate pairs', () => {
    const text = 'Ünïcödé 東京 العربية हिन्दी 😀 ❤️';
    expect(lineText(text)).toBe(text);
    expect(lineText('a\ud800')).toBe('a\uFFFD');
  });

  it('of several lines keeps line feeds and tabs, but no other control character', () => {
    expect(linesText('Error\n\tat a\r\n\u001b[2J')).toBe('Error\n\tat a\uFFFD\n\uFFFD[2J');
  });
});
