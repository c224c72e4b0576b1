/** Texts of the customer's site. */
import type { Translated } from '../shared/i18n/translated';

export const en = {
  title: 'Book a visit',
};

export const zhHant: Translated<typeof en> = {
  title: '線上預約',
};
