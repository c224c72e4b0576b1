/** What went wrong, in the reader's language: by the problem's code, else as the API words it. */
import { ApiProblem, ConnectionLost } from '../api/errors';
import { en } from './strings';
import type { Texts } from './texts';

export function problemText(error: unknown, t: Texts<typeof en>): string {
  if (error instanceof ConnectionLost) return t('connectionLost');
  if (!(error instanceof ApiProblem)) return t('failed');
  return isKnown(error.code) ? t(`problem.${error.code}`) : error.message;
}

function isKnown(code: string): code is keyof typeof en.problem {
  return Object.hasOwn(en.problem, code);
}
