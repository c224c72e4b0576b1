/** Texts of the platform admin's site. */
import type { Translated } from '../shared/i18n/translated';

export const en = {
  title: 'Nailbook platform',
};

export const zhHant: Translated<typeof en> = {
  title: 'Nailbook 平台管理',
};
