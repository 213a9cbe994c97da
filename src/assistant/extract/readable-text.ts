/** A longer link text or emphasis is none, so that each expression takes a time in proportion to the text. */
const MOST = 300;

/** Each sign of Markdown that is not a word, in the order in which they are taken out. */
const SIGNS: readonly [RegExp, string][] = [
  [/<((?:https?:\/\/|mailto:)[^<>\s]{1,2000})>/g, '$1'],
  [/<!--.{0,1000}?-->|<\/?(?:br|hr|p|div|[ou]l|li|table|t[rdh]|h[1-6])(?![a-z])[^<>]{0,300}>/gis, ' '],
  [/<\/?[a-z][^<>]{0,1000}>/gi, ''],
  [new RegExp(`!?\\[([^[\\]]{0,${MOST}})\\]\\([^()\\s]{0,2000}(?: +"[^"]{0,${MOST}}")?\\)`, 'g'), '$1'],
  [new RegExp(`!?\\[([^[\\]]{1,${MOST}})\\]\\[[^[\\]]{0,${MOST}}\\]`, 'g'), '$1'],
  [/\[\^[^[\]\s]{1,50}\]/g, ''],
  [/(?<!`)(`{1,3})(?!`)([^`]{1,300})\1(?!`)/g, '$2'],
  [/(?<![\p{L}\p{N}*])(\*{1,3})(?=[^\s*])([^*]{1,300})(?<=\S)\1(?![\p{L}\p{N}*])/gu, '$2'],
  [/(?<![\p{L}\p{N}_])(_{1,3})(?=[^\s_])([^_]{1,300})(?<=\S)\1(?![\p{L}\p{N}_])/gu, '$2'],
  [/~~([^~]{1,300})~~/g, '$1'],
  [/\\([!-/:-@[-`{-~])/g, '$1'],
  // It would look like a citation of the answer.
  [/\[(\d{1,3}(?:[ ,;–-]{1,3}\d{1,3}){0,9})\]/g, '($1)'],
  // What is left of images and of emphasis that nothing closes.
  [/!(?=\[)|\*{2,3}/g, ''],
  [/\s+/g, ' '],
];

/** A text of Markdown as a person reads it: its words in their order, without links, images, tags and emphasis. */
export const readableText = (markdown: string): string =>
  SIGNS.reduce((text, [sign, by]) => text.replace(sign, by), markdown).trim();
