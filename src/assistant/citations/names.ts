/** A name in a text. */
export interface FoundName {
  text: string;
  start: number;
  end: number;
}

const NAME_WORD = String.raw`\p{Lu}[\p{L}\p{M}'’&]*(?:-\p{L}+)*`;
const SEQUENCE = new RegExp(`(?<![\\p{L}\\p{N}_@./-])${NAME_WORD}(?:[ \\t]${NAME_WORD})*`, 'gu');
/** What a sentence, an item, a cell or a quotation begins behind. */
const BEGINS = /(?:^|[.!?:;…\n|])[^\p{L}\p{N},()]*$/u;
/** In German all nouns have capital letters. */
const GERMAN = /(?<!\p{L})(?:der|die|das|und|ist|nicht|ein|eine|wird|sind|im|beträgt)(?!\p{L})/giu;
const ENGLISH = /(?<!\p{L})(?:the|and|is|of|was|not|an?)(?!\p{L})/giu;
/** Words that are written so without being names. */
const NO_NAMES = new Set(
  `I I'm I'd I've OK PDF FAQ UTC CET AM PM EUR USD GBP CHF VAT IT HR CEO CFO URL API ID AI Markdown
   January February March April May June July August September October November December
   Monday Tuesday Wednesday Thursday Friday Saturday Sunday
   Januar Februar März Mai Juni Juli Oktober Dezember Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag
   English German French Spanish Italian Euro Euros Dollar Dollars Pound Pounds Source Sources Quelle Quellen
   Mr Mrs Ms Dr Herr Herrn Frau Madame Monsieur`.split(/\s+/),
);

/** The words and sequences of words with capital letters that do not only begin a sentence. Where nouns have them, sequences alone. */
export function namesIn(text: string): FoundName[] {
  const nounsAreCapital = (text.match(GERMAN)?.length ?? 0) > (text.match(ENGLISH)?.length ?? 0);
  const names: FoundName[] = [];
  for (const { 0: sequence, index } of text.matchAll(SEQUENCE)) {
    if (isLabel(text, index)) continue;
    const words = [...sequence.matchAll(/\S+/g)].map((word) => ({
      text: word[0],
      start: index + word.index,
    }));
    // The first word of a sentence is no name because of its letter.
    if (BEGINS.test(text.slice(Math.max(0, index - 20), index))) words.shift();
    const kept = words.filter((word) => !NO_NAMES.has(word.text.replace(/['’]s$/, '')));
    const [first] = kept;
    if (!first || (nounsAreCapital && kept.length < 2)) continue;
    const last = kept.at(-1)!;
    const end = last.start + last.text.replace(/['’]s?$/, '').length;
    names.push({ text: text.slice(first.start, end), start: first.start, end });
  }
  return names;
}

/** Whether the place is in a heading, or in bold text that is a line or its label: capitals are a matter of style there. */
function isLabel(text: string, place: number): boolean {
  const from = text.lastIndexOf('\n', place - 1) + 1;
  const newline = text.indexOf('\n', place);
  const line = text.slice(from, newline < 0 ? text.length : newline);
  if (/^\s*#{1,6}\s/.test(line)) return true;
  const label = /^\s*(?:[-*+]\s+|\d+[.)]\s+)?\*\*[^*]{1,80}\*\*/.exec(line)?.[0];
  if (label === undefined || place - from >= label.length) return false;
  return label.endsWith(':**') || /^\s*(?::|$)/.test(line.slice(label.length));
}
