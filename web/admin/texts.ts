/** The texts of this site, by their keys. */
import { type Texts, useTextsOf } from '../shared/i18n/texts';
import type { en } from './strings';

export function useTexts(): Texts<typeof en> {
  return useTextsOf('admin');
}
