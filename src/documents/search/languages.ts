/** Languages with a dictionary in every PostgreSQL, by their codes of ISO 639-1. */
export const DICTIONARIES = {
  en: 'english_stem',
  de: 'german_stem',
  fr: 'french_stem',
  es: 'spanish_stem',
  it: 'italian_stem',
  nl: 'dutch_stem',
  pt: 'portuguese_stem',
} as const;

export type Language = keyof typeof DICTIONARIES;

export const LANGUAGES = Object.keys(DICTIONARIES) as [Language, ...Language[]];

/** How many characters of a text are looked at. More of them do not make the answer better. */
const SAMPLE = 600;

let detector: Promise<(text: string) => string> | undefined;

/** The language of a text; English where it is too short to tell, or in none of the languages. */
export async function languageOf(title: string, content: string): Promise<Language> {
  const detect = await (detector ??= loadDetector());
  const language = detect(`${title}\n${content.slice(0, SAMPLE)}`);
  return isLanguage(language) ? language : 'en';
}

const isLanguage = (code: string): code is Language => code in DICTIONARIES;

/** Its tables are large, so they are loaded with the first document. */
async function loadDetector(): Promise<(text: string) => string> {
  const { eld } = await import('eld/extrasmall');
  const instance = eld.newInstance();
  instance.setLanguageSubset(LANGUAGES);
  return (text) => instance.detect(text).language;
}
