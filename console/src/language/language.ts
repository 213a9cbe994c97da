import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { say } from './said';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'bouncer.language';
/** The texts of a language are one file of the build, which is loaded when the language is first used. */
const TEXTS = { en: () => import('./en'), de: () => import('./de') };
/** Long texts of single screens are files of their own. */
const LATER = {
  en: {
    agents: () => import('./en/agents.json'),
    audit: () => import('./en/audit.json'),
    documents: () => import('./en/documents.json'),
    people: () => import('./en/people.json'),
    settings: () => import('./en/settings.json'),
  },
  de: {
    agents: () => import('./de/agents.json'),
    audit: () => import('./de/audit.json'),
    documents: () => import('./de/documents.json'),
    people: () => import('./de/people.json'),
    settings: () => import('./de/settings.json'),
  },
};
export type LaterTexts = keyof (typeof LATER)[Language];
const needed = new Set<LaterTexts>();

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

/** Loads texts that the first screen does without. */
export async function loadTexts(names: readonly LaterTexts[]): Promise<void> {
  for (const name of names) needed.add(name);
  await addNeeded(i18next.language as Language);
}

async function show(language: Language): Promise<void> {
  const { texts, said } = await TEXTS[language]();
  say(said);
  for (const [path, words] of Object.entries(texts))
    i18next.addResourceBundle(language, /(\w+)\.json$/.exec(path)![1]!, words);
  await addNeeded(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

async function addNeeded(language: Language): Promise<void> {
  const missing = [...needed].filter((name) => !i18next.hasResourceBundle(language, name));
  await Promise.all(
    missing.map(async (name) => {
      const { default: words } = await LATER[language][name]();
      i18next.addResourceBundle(language, name, words);
    }),
  );
}
