/** What stands before a full stop that does not end a sentence, in small letters. */
const ABBREVIATIONS = new Set(
  `mr mrs ms dr prof st no nos vs approx fig sec vol pp p cf al dept est ca gen gov rev hon sr jr e.g i.e
   jan feb mar apr jun jul aug sep sept oct nov dec
   z.b d.h u.a o.ä u.ä bzw nr str abs art evtl ggf inkl exkl zzgl vgl hr fr tel abt s.o s.u i.d.r max min jan jän feb okt dez
   mme mlle m mm p.ex env av éd janv févr juil déc
   sra srta ud uds pág págs núm ej p.ej
   sig dott pag es
   bijv dhr mevr blz nl
   exmo exma ex`.split(/\s+/),
);
const MONTHS =
  /^(?:jan|feb|fév|mar|mär|avr|apr|abr|mai|may|maj|juin|jun|jul|juil|ago|aug|août|sep|set|okt|oct|out|nov|dez|dec|déc|dic|ene|gen|mag|giu|lug|ott|mrt|mei)/iu;
/** A number with a full stop behind these words is an ordinal: `am 3. Tag`, `der 2. Stock`. */
const BEFORE_ORDINAL =
  /(?:^|\s)(?:am|im|zum|vom|bis|der|die|das|dem|den|des|ab|jeden|jeder|beim|und|seit)\s+\d{1,2}\.$/iu;
/** What may end a sentence, with what closes it. In scripts without spaces nothing follows. */
const END = /[.!?…‽؟।]+["'”’»)\]*_]*(?=\s)|[。！？｡]+["'”’»」』）)\]]*/gu;
const ORDINAL = /(?:^|[\s(])\d{1,2}\.$/;
/** How much before an end tells whether it is one. */
const LOOKED_AT = 24;

/** The sentences of a paragraph. */
export function sentencesOf(paragraph: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  for (const { 0: mark, index } of paragraph.matchAll(END)) {
    const end = index + mark.length;
    if (!isEnd(paragraph, index, end)) continue;
    sentences.push(paragraph.slice(from, end));
    from = end;
  }
  sentences.push(paragraph.slice(from));
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}

function isEnd(text: string, index: number, end: number): boolean {
  const next = /^\s*["'“‘«(]*(\S{0,12})/u.exec(text.slice(end, end + LOOKED_AT))![1]!;
  if (/^\p{Ll}/u.test(next)) return false;
  if (text[index] !== '.' || text[index + 1] === '.') return true;
  const before = text.slice(Math.max(0, index - LOOKED_AT), index + 1);
  if (ORDINAL.test(before)) return !MONTHS.test(next) && !BEFORE_ORDINAL.test(before);
  const word = /([\p{L}.]+)\.$/u.exec(before)?.[1]?.toLowerCase();
  if (word === undefined) return true;
  // The initial of a name, or a part of `z. B.`.
  if (/(?<!\d)(?:^|[\s.(])\p{L}\.$/u.test(before) && word.length < 4) return false;
  return !ABBREVIATIONS.has(word);
}
