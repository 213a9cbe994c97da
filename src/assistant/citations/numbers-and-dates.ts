const MONTHS = [
  'jan|ene|gen',
  'feb|fév|fev',
  'mar|mär|mrt',
  'apr|avr|abr',
  'may|mai|mei|mag',
  'jun|juin|giu',
  'jul|juil|lug',
  'aug|août|aout|ago',
  'sep|set',
  'oct|okt|out|ott',
  'nov',
  'dec|dez|déc|dic',
].map((names) => new RegExp(`^(?:${names})`, 'iu'));
const MONTH = String.raw`(?:jan|ene|gen|feb|fév|fev|mar|mär|mrt|apr|avr|abr|may|mai|mei|mag|jun|juin|giu|jul|juil|lug|aug|août|aout|ago|sep|set|oct|okt|out|ott|nov|dec|dez|déc|dic)\p{L}{0,7}\.?`;
const DAY = String.raw`(\d{1,2})(?:st|nd|rd|th|er|\.|º)?`;
/** `15 Oct 2026`, `October 15th, 2026`, `15. Oktober`, `2026-10-15`, `15.10.2026`, `10/15/2026`. */
const DATES: readonly [RegExp, (found: RegExpExecArray) => FoundDate[]][] = [
  [
    new RegExp(
      String.raw`(?<![\p{L}\d])${DAY}\s(?:of\s|de\s)?(${MONTH})(?:,?\s(?:de\s|of\s)?(\d{4}))?(?![\p{L}\d])`,
      'giu',
    ),
    ([, day, month, year]) => [{ day: Number(day), month: monthOf(month!), year: yearOf(year) }],
  ],
  [
    new RegExp(String.raw`(?<![\p{L}\d])(${MONTH})\s${DAY}(?:,?\s(\d{4}))?(?![\p{L}\d])`, 'giu'),
    ([, month, day, year]) => [{ day: Number(day), month: monthOf(month!), year: yearOf(year) }],
  ],
  [
    /(?<![\p{L}\d.])(\d{4})-(\d{2})-(\d{2})(?!\d)/gu,
    ([, year, month, day]) => [{ day: Number(day), month: Number(month), year: Number(year) }],
  ],
  [
    /(?<![\p{L}\d.])(\d{1,2})([./])(\d{1,2})\2(\d{4}|\d{2})(?![\p{L}\d.]\d)/gu,
    ([, one, , other, year]) => [
      { day: Number(one), month: Number(other), year: yearOf(year) },
      { day: Number(other), month: Number(one), year: yearOf(year) },
    ],
  ],
];

interface FoundDate {
  day: number;
  month: number;
  year: number | undefined;
}

/** A number or a date with its place in a text. */
export interface Found<Value> {
  start: number;
  end: number;
  /** What it may mean. */
  values: Value[];
}

const monthOf = (name: string): number => MONTHS.findIndex((month) => month.test(name)) + 1;
const yearOf = (year: string | undefined): number | undefined =>
  year === undefined ? undefined : Number(year.length === 2 ? `20${year}` : year);

export function datesIn(text: string): Found<FoundDate>[] {
  return DATES.flatMap(([pattern, read]) =>
    [...text.matchAll(pattern)].map((found) => ({
      start: found.index,
      end: found.index + found[0].length,
      values: read(found).filter(({ day, month }) => day >= 1 && day <= 31 && month >= 1 && month <= 12),
    })),
  ).filter(({ values }) => values.length > 0);
}

/** Of scripts that put spaces between words: in others letters stand beside numbers. */
export const LETTERS = String.raw`\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}`;
const NUMBER = new RegExp(
  String.raw`(?<![${LETTERS}\d])\d+(?:[.,'’:\u00a0\u202f]\d+|(?<=(?<!\d)\d{1,3}) \d{3}(?!\d))*`,
  'gu',
);
const SCALES: readonly [RegExp, number][] = [
  [/^(?:k|\s?(?:thousand|tausend|mille|tsd\.?))(?!\p{L})/iu, 1_000],
  [/^(?:[M]|\s?(?:mn|[Mm]illion(?:s|en)?|[Mm]io\.?))(?!\p{L})/u, 1_000_000],
  [/^(?:[B]|\s?(?:bn|[Bb]illions?|[Mm]illiarden?|[Mm]rd\.?))(?!\p{L})/u, 1_000_000_000],
];
const WORDS: Record<string, number> = Object.fromEntries(
  [
    'one ein eine einen einem einer un une uno una een um',
    'two zwei deux dos due twee dois twice',
    'three drei trois tres tre drie três',
    'four vier quatre cuatro quattro quatro',
    'five fünf cinq cinco cinque vijf',
    'six sechs seis sei zes',
    'seven sieben sept siete sette zeven sete',
    'eight acht huit ocho otto oito',
    'nine neun neuf nueve nove negen',
    'ten zehn dix diez dieci tien dez',
    'eleven elf onze once undici',
    'twelve zwölf douze doce dodici twaalf doze',
  ].flatMap((words, at) => words.split(' ').map((word) => [word, at + 1])),
);
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const TENS_DE = ['zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig', 'neunzig'];
for (const [at, ten] of TENS.entries()) WORDS[ten] = WORDS[TENS_DE[at]!] = (at + 2) * 10;

/** The numbers that are written with digits. Separators of thousands and decimal signs are read in each way that is possible. */
export const numbersOf = (text: string): Found<number>[] =>
  [...text.matchAll(NUMBER)].map(({ 0: number, index }) => {
    const end = index + number.length;
    const values = valuesOf(number);
    const [, scale] = SCALES.find(([unit]) => unit.test(text.slice(end, end + 12))) ?? [];
    return {
      start: index,
      end,
      values: scale ? values.map((value) => round(value * scale)) : values,
    };
  });

/** The numbers that are written as words. */
export const numberWordsIn = (text: string): number[] =>
  [...text.toLowerCase().matchAll(/\p{L}+/gu)].flatMap(([word]) => WORDS[word] ?? []);

function valuesOf(number: string): number[] {
  const digits = number.replace(/[.,'’: \u00a0\u202f]/g, ' ').split(' ');
  const values = new Set<number>();
  if (digits.slice(1).every((part) => part.length === 3) && digits[0]!.length <= 3 && digits.length > 1)
    values.add(Number(digits.join('')));
  if (digits.length === 1) values.add(Number(number));
  // The last sign is the decimal one; those before it separate thousands. A comma before three digits is none, a full stop may be.
  else if (values.size === 0 || (digits.length === 2 && number.includes('.')))
    values.add(round(Number(`${digits.slice(0, -1).join('')}.${digits.at(-1)!}`)));
  return [...values];
}

const round = (value: number): number => Number(value.toPrecision(12));
