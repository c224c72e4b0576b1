/** The texts of this folder, and what went wrong in the words of people who work with the platform. */
import { ApiProblem } from '../shared/api/errors';
import { useLanguage } from '../shared/i18n/language';
import { problemText } from '../shared/i18n/problem-text';
import { type Texts, useSharedTexts, useTextsOf } from '../shared/i18n/texts';
import { en } from './strings';

export function useStaffTexts(): Texts<typeof en> {
  return useTextsOf<typeof en>('staff');
}

/** Says why a request failed; the API's own words, which are English, only where nothing else is known. */
export function useProblemText(): (error: unknown) => string {
  const t = useStaffTexts();
  const shared = useSharedTexts();
  const { language } = useLanguage();
  return (error) => {
    if (!(error instanceof ApiProblem) || !isKnown(error.code)) return problemText(error, shared);
    const detail = language === 'en' && error.status === 400 ? ` ${error.message}` : '';
    return t(`problem.${error.code}`) + detail;
  };
}

export function isKnown(code: string): code is keyof typeof en.problem {
  return Object.hasOwn(en.problem, code);
}
