/** Contains an escape sequence, U+061C, a zero-width space, a byte order mark and a hidden text of tag characters. */
export const TRICKS = [
  '\u001b]0;x\u0007',
  '\u009b31m',
  '\u061c',
  '\u202e',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u{e0041}\u{e0042}',
  '\u{e0100}\u{e01ef}',
  '\u3164',
  '\u2800',
];
/** Matches what such a text must not bring to its readers. */
export const UNSAFE =
  /(?![\uFE0E\uFE0F])[\p{Default_Ignorable_Code_Point}\u2800\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{E0000}-\u{E007F}]/u;
