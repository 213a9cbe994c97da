import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { say } from './said';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'bouncer.language';
/** The texts of a language are two files of the build: what the first screen needs, and all others. */
const FIRST = { en: () => import('./en'), de: () => import('./de') };
const OTHERS = { en: () => import('./en-screens'), de: () => import('./de-screens') };
let needsOthers = false;

const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.some((language) => language === text);

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

/** Loads the texts in the language that the person chose, or else that of the browser. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({ fallbackLng: false, interpolation: { escapeValue: false } });
  await show(preferred());
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await show(language);
}

/** Loads the texts that the first screen does without. */
export async function loadOtherTexts(): Promise<void> {
  needsOthers = true;
  await addOthers(i18next.language as Language);
}

async function show(language: Language): Promise<void> {
  const { texts, said } = await FIRST[language]();
  say(said);
  add(language, texts);
  if (needsOthers) await addOthers(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

async function addOthers(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'keys')) add(language, (await OTHERS[language]()).texts);
}

function add(language: Language, texts: Record<string, unknown>): void {
  for (const [path, words] of Object.entries(texts))
    i18next.addResourceBundle(language, /(\w+)\.json$/.exec(path)![1]!, words);
}
