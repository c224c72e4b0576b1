/** Which language a site speaks: the one chosen, else the device's; Traditional Chinese where it is neither. */
import { createInstance, type i18n, type ResourceKey } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from '../format';
import { en, zhHant } from './strings';

const CHOICE = 'nailbook.language';

function preferredLanguage(): Language {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === 'en' || chosen === 'zh-Hant') return chosen;
  const first = navigator.languages.find((tag) => /^(zh|en)\b/.test(tag));
  return first?.startsWith('en') ? 'en' : 'zh-Hant';
}

export type SiteTexts = Record<'en' | 'zhHant', ResourceKey>;

/** `site`: the name of the site's own texts; `more`: others by theirs. */
export function createTexts(site: string, texts: SiteTexts, more: Record<string, SiteTexts>): i18n {
  const texter = createInstance();
  const all = { shared: { en, zhHant }, [site]: texts, ...more };
  const inLanguage = (language: keyof SiteTexts) =>
    Object.fromEntries(Object.entries(all).map(([name, each]) => [name, each[language]]));
  texter.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  // Nothing is fetched: the texts are ready when this returns.
  void texter.use(initReactI18next).init({
    lng: preferredLanguage(),
    fallbackLng: 'zh-Hant',
    ns: Object.keys(all),
    defaultNS: 'shared',
    initAsync: false,
    // React escapes.
    interpolation: { escapeValue: false },
    resources: { en: inLanguage('en'), 'zh-Hant': inLanguage('zhHant') },
  });
  return texter;
}

export function useLanguage(): { language: Language; choose: (language: Language) => void } {
  const { i18n } = useTranslation();
  return {
    language: i18n.language === 'en' ? 'en' : 'zh-Hant',
    choose: (language) => {
      localStorage.setItem(CHOICE, language);
      void i18n.changeLanguage(language);
    },
  };
}
