/** Texts of the merchant's site. */
import type { Translated } from '../shared/i18n/translated';

export const en = {
  title: 'Nailbook for salons',
};

export const zhHant: Translated<typeof en> = {
  title: 'Nailbook 店家後台',
};
