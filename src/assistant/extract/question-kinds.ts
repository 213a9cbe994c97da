/** What a question asks for, and by what a sentence shows that it says so. */
interface QuestionKind {
  asked: RegExp;
  /** The better a sign is, the more it counts; the best one that a sentence has does. */
  signs: readonly (readonly [sign: RegExp, weight: number])[];
  /** The headings under which each sentence says so. */
  headings?: RegExp;
  /** What is left of a sentence that does not. */
  unexpected?: number;
}

const UNEXPECTED = 0.75;

const MONTH =
  '(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|mei|jun|juin|jul|juil|aug|août|ago|sep|set|oct|okt|out|nov|dec|dez|déc|dic|gen|mag|giu|lug|ott|ene)\\p{L}{0,7}';
const UNIT_OF_TIME =
  '(?:second|minute|hour|day|week|month|quarter|year|sekunde|minute|stunde|tag|woche|monat|quartal|jahr|seconde|heure|jour|semaine|mois|an|année|segundo|minuto|hora|día|semana|mes|año|ora|giorno|settimana|mese|anno|dag|weken|maand|jaar|dia|mês)\\p{L}{0,4}';
const NUMBER_WORD =
  '(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|half|ein|eine|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|un|une|deux|trois|quatre|cinq|sept|huit|neuf|dix|dos|tres|cuatro|due|tre|quattro|twee|drie|dois|três)';
const NUMBER = new RegExp(`\\d|(?<!\\p{L})${NUMBER_WORD}(?!\\p{L})`, 'iu');
const MONEY =
  /[$€£¥]\s?\d|\d\s?[$€£¥]|(?:usd|eur|gbp|chf)\s?\d|\d\s?(?:usd|eur|gbp|chf|euros?|dollars?|pounds?|pence|cents?|franken|francs)(?!\p{L})/iu;
const SHARE = /\d\s?%|\d\s?(?:per ?cent|percent|prozent|pour cent|por ciento|per cento|procent)/iu;
const DATE = new RegExp(
  `\\d{1,2}\\.?\\s(?:de\\s)?${MONTH}|(?<!\\p{L})${MONTH}\\s\\d{1,4}|\\d{4}-\\d\\d-\\d\\d|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}`,
  'iu',
);
const TIME = /\d{1,2}[:.]\d\d(?!\d)|\d{1,2}\s?(?:am|pm|uhr|h|o'clock)(?!\p{L})/iu;
const NAMED_TIME = new RegExp(
  `(?<!\\p{L})(?:${MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|19\\d\\d|20\\d\\d)(?!\\p{L})`,
  'iu',
);
const DURATION = new RegExp(`(?:\\d|(?<!\\p{L})${NUMBER_WORD})[\\s-](?:\\p{L}+\\s)?${UNIT_OF_TIME}`, 'iu');
/** Two words with capital letters, of which the first does not begin the sentence, or an address of mail. */
const NAME = /(?<=\S\s["“(]?)\p{Lu}\p{L}+[-\s]\p{Lu}\p{L}+|[\w.+-]+@[\w-]+\.\w/u;
const NAME_AT_START = /^\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+/u;
const TITLED =
  /(?<!\p{L})(?:mr|mrs|ms|dr|herr|herrn|frau|madame|monsieur|mme|m|señora?|signora?)\.?\s\p{Lu}/iu;
const REPEATED =
  /(?<!\p{L})(?:every|each|daily|weekly|monthly|yearly|once|twice|per|jede[rsmn]?|alle|täglich|wöchentlich|monatlich|jährlich|halbjährlich|chaque|tous les|toutes les|par|cada|ogni|elke|iedere|todos)(?!\p{L})/iu;
const REASON =
  /(?<!\p{L})(?:because|due to|caused?|reason|so that|weil|denn|wegen|ursache|grund|parce que|cause|raison|en raison|à cause|porque|debido|perché|omdat|wegens|devido)(?!\p{L})/iu;
const ADDRESS =
  /\d{1,3}(?:\.\d{1,3}){3}|[\w.+-]+@[\w-]+\.\w|https?:\/\/|\+?\d[\d\s/()-]{6,}\d|\p{L}+(?:straße|strasse|street|road|avenue|platz|weg)\s\d|\d+,?\s(?:rue|avenue|place)/iu;
const PLACE =
  /(?<!\p{L})(?:in|at|near|in der|im|vor|bei|à|au|chez|en|nel|bij)\s(?:the\s|dem\s|der\s)?\p{Lu}/u;

/** A word of a question, in any of its languages. */
const word = (alternatives: string): RegExp => new RegExp(`(?<!\\p{L})(?:${alternatives})(?!\\p{L})`, 'iu');

const KINDS: readonly QuestionKind[] = [
  {
    asked: word(
      'how much|costs?|price|worth|salary|pay|fee|budget|revenue|turnover|total|kostet|kosten|teuer|preis|wie hoch|wie viel|gehalt|coûte|coûtent|prix|combien coûte|montant|salaire|tarif|cuesta|cuánto|precio|quanto costa|prezzo|hoeveel kost|prijs|quanto custa|preço',
    ),
    signs: [
      [MONEY, 1],
      [SHARE, 0.7],
      [NUMBER, 0.5],
    ],
  },
  {
    asked: word(
      'how many|how (?:high|heavy|big|large|far|fast|wide|tall|old)|numbers?|figures|weigh|wie ?viele?|wie (?:hoch|schwer|groß|weit|schnell|alt)|welche[rmns]? \\p{L}*(?:stärke|zahl|nummer|höhe)|wiegt|combien|quel(?:le)? (?:est la )?(?:taille|hauteur|poids|nombre)|pèse|cuánt[oa]s|quant[ie]|hoeveel|quant[oa]s|percentage|rate|allowance',
    ),
    signs: [[NUMBER, 1]],
  },
  {
    asked: word(
      'how long|wie lange|combien de temps|quelle (?:est la )?durée|cuánto tiempo|quanto tempo|hoe lang|warranty|garantie',
    ),
    signs: [
      [DURATION, 1],
      [NUMBER, 0.5],
    ],
  },
  {
    asked: word(
      'how often|how frequently|wie oft|combien de fois|à quelle fréquence|con qué frecuencia|ogni quanto|hoe vaak',
    ),
    signs: [
      [REPEATED, 1],
      [DURATION, 0.6],
    ],
  },
  {
    asked: word(
      'when|how soon|how late|what (?:date|day|time|year)|deadline|until when|wann|quand|quelle date|cuándo|quando|wanneer',
    ),
    signs: [
      [DATE, 1],
      [TIME, 0.9],
      [DURATION, 0.9],
      [NAMED_TIME, 0.8],
      [NUMBER, 0.3],
    ],
  },
  {
    asked: word(
      'who|whom|whose|wer|wem|wen|wessen|qui|quién|quiénes|chi|quem|contact person|ansprechpartner',
    ),
    signs: [
      [NAME, 1],
      [TITLED, 1],
      [NAME_AT_START, 0.7],
    ],
  },
  {
    asked: word('why|warum|wieso|weshalb|pourquoi|por qué|perché|waarom|por que|reason|cause'),
    signs: [[REASON, 1]],
    headings: word('cause|reason|root cause|ursache|grund|gründe|raison|causa|motivo|oorzaak'),
    // What happened is said beside the reason, in more words of the question.
    unexpected: 0.4,
  },
  {
    asked: word(
      'address|e-?mail|phone|telephone|url|website|ip|adresse|telefon|téléphone|dirección|indirizzo',
    ),
    signs: [[ADDRESS, 1]],
  },
  {
    asked: word('where|wo|wohin|où|dónde|dove|waar|onde'),
    signs: [
      [PLACE, 0.7],
      [ADDRESS, 0.7],
    ],
  },
];

/** What a question asks for: an amount, a date, a name. */
export interface Expectation {
  /** What is left of a sentence that is not what the question asks for; 1 if it does not tell. */
  unexpected: number;
  /** Whether a word of the question only tells what it asks for: `price` does not stand beside `$2,340`. */
  isToldBy(word: string): boolean;
  /** How well a sentence is that, from 0 to 1. */
  of(sentence: string, headings: readonly string[]): number;
}

/** @returns what the question asks for */
export function expectationOf(question: string): Expectation {
  const kinds = KINDS.filter(({ asked }) => asked.test(question));
  return {
    unexpected: Math.min(1, ...kinds.map(({ unexpected = UNEXPECTED }) => unexpected)),
    isToldBy: (text) => kinds.some(({ asked }) => asked.test(text)),
    of: (sentence, headings) => {
      let most = kinds.some((kind) => headings.some((heading) => kind.headings?.test(heading))) ? 1 : 0;
      for (const { signs } of kinds)
        for (const [sign, weight] of signs) if (weight > most && sign.test(sentence)) most = weight;
      return most;
    },
  };
}
