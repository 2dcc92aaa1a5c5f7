/**
 * Texts are written in English where they are used, inside t(). Another language is a table from those words to its
 * own, loaded before anything else runs, so that constants may call t() too. A new language is a new table.
 */
export type Language = 'en' | 'de';

export const LANGUAGES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

const KEY = 'tenantry-language';

let table: Readonly<Record<string, string>> = {};
let language: Language = 'en';

function isLanguage(value: string | null | undefined): value is Language {
  return value === 'en' || value === 'de';
}

/** What was chosen, else what the browser prefers, else English. */
export function preferredLanguage(): Language {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; then the browser's language holds.
  }
  if (isLanguage(stored)) return stored;
  const asked = navigator.language.slice(0, 2).toLowerCase();
  return isLanguage(asked) ? asked : 'en';
}

/** Stores the choice and starts the page again: every text is made with the words of one language. */
export function chooseLanguage(next: Language) {
  localStorage.setItem(KEY, next);
  location.reload();
}

export async function loadLanguage(): Promise<void> {
  language = preferredLanguage();
  if (language === 'de') table = (await import('./words/de')).de;
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return language;
}

export function otherLanguages(): Language[] {
  return (['en', 'de'] as const).filter((one) => one !== language);
}

/** For Intl: British dates and numbers in English. */
export function locale(): string {
  return language === 'de' ? 'de-DE' : 'en-GB';
}

/** Texts with names in them, taken apart once: text, name, text. A row says several at each drawing. */
const parted = new Map<string, readonly string[]>();

/** The words in the language of the page; {name} is filled in. */
export function t(text: string, values?: Readonly<Record<string, string | number>>): string {
  const words = table[text] ?? text;
  if (!values) return words;
  let parts = parted.get(words);
  if (!parts) {
    parts = words.split(/\{(\w+)\}/);
    parted.set(words, parts);
  }
  return parts.reduce((said, part, i) => said + (i % 2 === 0 ? part : String(values[part] ?? `{${part}}`)), '');
}
